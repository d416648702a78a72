/// Finds the characters that a JSON string must escape, eight bytes at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace ekiden::base {

/// True for a quote, a backslash and the control characters.
constexpr bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

inline std::uint64_t load_eight(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

inline constexpr std::uint64_t kEveryHighBit = 0x8080808080808080;

/// Returns zero if none of the eight bytes needs an escape. Otherwise the lowest set bit is the high bit of the first
/// byte that needs one; bits above it have no meaning. The subtraction sets the high bit of a byte that is too small.
inline std::uint64_t escapes_in(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t control = (word - kOnes * 0x20) & ~word;
  return (((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) | control) & kEveryHighBit;
}

/// The number of bytes before the first byte that escapes_in() marked; eight if it marked none.
inline int bytes_before(std::uint64_t marks) {
  static_assert(std::endian::native == std::endian::little, "the first byte must be the lowest");
  return std::countr_zero(marks) / 8;
}

}  // namespace ekiden::base
