/// UTF-8, one character at a time: for what must tell text from bytes, or one character from another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ekiden::base {

struct CodePoint {
  std::uint32_t value = 0xFFFD;
  std::size_t length = 1;  ///< In bytes.
  bool valid = false;      ///< If not, the first byte is none of UTF-8, and stands for U+FFFD.
};

/// The first code point of a text that is not empty (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF).
CodePoint first_code_point(std::string_view text);

}  // namespace ekiden::base
