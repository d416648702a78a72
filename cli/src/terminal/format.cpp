#include "format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ekiden::cli {

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return (number < 0 ? "-" : "") + digits;
}

std::string fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

std::string seconds_text(double seconds) { return fixed(seconds, seconds < 10 ? 2 : seconds < 100 ? 1 : 0); }

std::string short_time(double seconds) {
  struct Unit {
    double size;
    const char* name;
  };
  for (const Unit& unit : {Unit{1, " s"}, Unit{1e-3, " ms"}}) {
    if (seconds >= unit.size) {
      return fixed(seconds / unit.size, seconds / unit.size < 100 ? 1 : 0) + unit.name;
    }
  }
  return fixed(seconds * 1e6, seconds < 1e-4 ? 1 : 0) + " us";
}

std::string bytes_text(std::int64_t bytes) {
  const auto number = static_cast<double>(bytes);
  if (number >= 1e9) {
    return fixed(number / 1e9, 1) + " GB";
  }
  return number >= 1e6 ? fixed(number / 1e6, number < 1e7 ? 1 : 0) + " MB" : fixed(number / 1e3, 0) + " KB";
}

std::string json_decimal(double number) {
  if (!std::isfinite(number)) {
    return "null";
  }
  std::string text = fixed(number, 6);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string left(const std::string& text, std::size_t width) {
  const std::size_t columns = columns_of(text);
  return text + std::string(columns < width ? width - columns : 0, ' ');
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t columns = columns_of(text);
  return std::string(columns < width ? width - columns : 0, ' ') + text;
}

std::string table_text(const std::vector<std::vector<std::string>>& rows, std::size_t gap) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : std::string(gap, ' ')) + right(row[i], widths[i]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace ekiden::cli
