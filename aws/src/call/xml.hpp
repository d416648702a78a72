// The little XML that AWS Query services answer in.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::aws {

/// The text of the first element of that name, unescaped; empty if there is none. Of elements without attributes, and
/// without others inside.
std::string xml_element(std::string_view xml, std::string_view name);

}  // namespace ekiden::aws
