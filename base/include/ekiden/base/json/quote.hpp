/// How a text becomes a JSON string, quotes included.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ekiden::base {

/// Escapes what JSON demands: the quote, the backslash and the control characters (RFC 8259, section 7). The text
/// should be UTF-8, which is not looked at.
void append_json_quoted(std::string& out, std::string_view text);

/// The same for what is shown to people, whatever it holds: also escapes what drives a terminal, ends a line for some
/// readers or reorders what is shown, and replaces what is not UTF-8 with U+FFFD. Of a text that would take more than
/// `max` bytes between the quotes only the front is kept, and "..." ends it; no character is cut in two.
void append_printable_quoted(std::string& out, std::string_view text, std::size_t max = std::string_view::npos);

}  // namespace ekiden::base
