/// Text for lines and pages: escaping, numbers, times.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::ops {

/// Appends `text` as a JSON string with its quotes, safe also on a terminal and in a log: control characters and those
/// that reorder a line are escaped, bytes that are no UTF-8 become U+FFFD. At most `max` bytes between the quotes; what
/// is longer is cut and ends in "...".
void append_quoted(std::string& out, std::string_view text, std::size_t max = std::string_view::npos);

/// The shortest text that reads back as the same number; what is not finite, which JSON cannot say, as null.
void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

/// 2016-12-19T00:00:00.000Z (RFC 3339).
void append_time(std::string& out, runtime::WallTime time);

/// True if `text` is one well-formed JSON object (RFC 8259), nested at most 64 deep.
bool is_json_object(std::string_view text);

}  // namespace ekiden::ops
