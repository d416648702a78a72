/// Percent-encoding of URLs and forms (RFC 3986, section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace ekiden::base {

/// Encodes every byte as %XX, in upper case as AWS's signatures require. Letters, digits, - . _ ~ (RFC 3986,
/// section 2.3) and the characters of `keep` stay as they are.
void append_percent_encoded(std::string& out, std::string_view text, std::string_view keep = {});

/// Decodes %XX. A malformed escape stays as it is.
std::string percent_decode(std::string_view text);

/// The same for the value of a form (application/x-www-form-urlencoded), in which + means a space.
std::string form_decode(std::string_view text);

}  // namespace ekiden::base
