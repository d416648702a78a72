/// JSON for scripts, written by hand: Boost.JSON writes 0.32 as 3.2E-1, which people read too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::cli {

/// With quotes, escaped (RFC 8259, section 7).
std::string json_string(std::string_view text);
/// Six significant digits behind the point at most, without trailing zeros.
std::string json_number(double number);

}  // namespace ekiden::cli
