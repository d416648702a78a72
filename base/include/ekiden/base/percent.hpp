/// Percent-encoding of URLs and forms (RFC 3986, section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace ekiden::base {

/// Letters, digits, - . _ ~ stand for themselves (RFC 3986, section 2.3), and so do the characters of `keep`; every
/// other byte becomes %XX, in upper case, as AWS's signatures want it.
void append_percent_encoded(std::string& out, std::string_view text, std::string_view keep = {});

/// Resolves %XX; a malformed escape stays as it is.
std::string percent_decode(std::string_view text);

/// The same of a form's value (application/x-www-form-urlencoded), where + stands for a space.
std::string form_decode(std::string_view text);

}  // namespace ekiden::base
