#include <ekiden/base/hex.hpp>

#include <cstddef>

namespace ekiden::base {

void append_hex(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + 2 * bytes.size());
  char* at = out.data() + start;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kHexDigits[byte >> 4U];
    *at++ = kHexDigits[byte & 15U];
  }
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  append_hex(text, bytes);
  return text;
}

bool is_hex_of(std::string_view text, std::string_view bytes) {
  if (text.size() != 2 * bytes.size()) {
    return false;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (text[2 * i] != kHexDigits[byte >> 4U] || text[2 * i + 1] != kHexDigits[byte & 15U]) {
      return false;
    }
  }
  return true;
}

}  // namespace ekiden::base
