// Reads the simple XML of AWS Query answers.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::aws {

/// The unescaped text of the first element of that name; empty if there is none. Only for elements without attributes
/// and without child elements.
std::string xml_element(std::string_view xml, std::string_view name);

}  // namespace ekiden::aws
