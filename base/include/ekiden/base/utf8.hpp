/// Decodes UTF-8 one character at a time, and cuts it between characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::base {

struct CodePoint {
  std::uint32_t value = 0xFFFD;
  std::size_t length = 1;  ///< In bytes.
  bool valid = false;      ///< False: the first byte is not UTF-8; `value` is U+FFFD.
};

/// The first code point of a non-empty text (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF).
CodePoint first_code_point(std::string_view text);

/// The text; if it has more than `max` bytes, its start, cut between characters, and "...".
std::string shortened(std::string_view text, std::size_t max);

}  // namespace ekiden::base
