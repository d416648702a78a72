/// Hexadecimal: two digits a byte (RFC 4648, section 8, in lower case).
#pragma once

#include <string>
#include <string_view>

namespace ekiden::base {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";
/// For percent-encoding: signatures require upper case.
inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

void append_hex(std::string& out, std::string_view bytes);
std::string to_hex(std::string_view bytes);

/// 0 to 15, or -1 if `digit` is not a hexadecimal digit. Accepts both cases.
constexpr int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  const char lower = static_cast<char>(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// True if `text` equals to_hex(bytes). Allocates nothing.
bool is_hex_of(std::string_view text, std::string_view bytes);

}  // namespace ekiden::base
