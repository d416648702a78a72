/// Writes a text as a JSON string, with quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ekiden::base {

/// Escapes the characters that JSON requires: quote, backslash and control characters (RFC 8259, section 7). The text
/// should be UTF-8; this is not checked.
void append_json_quoted(std::string& out, std::string_view text);

/// The number of bytes that append_json_quoted() appends. Reads the whole text, but allocates nothing.
std::size_t json_quoted_size(std::string_view text);
/// The maximum number of bytes that one byte of a text becomes: \u001f.
inline constexpr std::size_t kJsonEscapeMax = 6;

/// The same for untrusted text that people read. Also escapes characters that control a terminal, that some programs
/// treat as a line end, or that reorder the displayed text. Replaces bytes that are not UTF-8 with U+FFFD. A text of
/// more than `max` bytes between the quotes is cut at a character boundary and ends with "...".
void append_printable_quoted(std::string& out, std::string_view text, std::size_t max = std::string_view::npos);

}  // namespace ekiden::base
