#include "json_text.hpp"

#include <cmath>
#include <cstdio>

namespace ekiden::cli {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string json_number(double number) {
  if (!std::isfinite(number)) {
    return "null";
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.6f", number);
  std::string out(text);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) {
    out.pop_back();
  }
  return out;
}

}  // namespace ekiden::cli
