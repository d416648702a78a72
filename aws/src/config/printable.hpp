// Finds what a setting has that cannot be in a header or a URL: mostly the line end of the file that it was read from.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::aws {

enum class Spaces { kRefused, kAllowed };

/// "a line break", "a space", "a control character" or "a character that is not ASCII"; empty if all is printable
/// ASCII.
std::string_view unprintable(std::string_view text, Spaces spaces = Spaces::kRefused);

/// Throws ConfigurationError "<source> contains a line break; remove it". Never shows the text, which can be a secret.
void require_printable(std::string_view text, std::string_view source, Spaces spaces = Spaces::kRefused);

/// The text of a setting for an error: in single quotes, at most 100 characters.
std::string shown(std::string_view text);

}  // namespace ekiden::aws
