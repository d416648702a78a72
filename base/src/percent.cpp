#include <ekiden/base/ascii.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/percent.hpp>

namespace ekiden::base {
namespace {

constexpr bool is_unreserved(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

std::string decode(std::string_view text, char of_plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? of_plus : text[i]);
    }
  }
  return out;
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text, std::string_view keep) {
  for (const char c : text) {
    if (is_unreserved(c) || keep.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kUpperHexDigits[byte >> 4U]);
      out.push_back(kUpperHexDigits[byte & 15U]);
    }
  }
}

std::string percent_decode(std::string_view text) { return decode(text, '+'); }

std::string form_decode(std::string_view text) { return decode(text, ' '); }

}  // namespace ekiden::base
