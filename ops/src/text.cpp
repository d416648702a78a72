#include "text.hpp"

#include <ekiden/base/utf8.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace ekiden::ops {
namespace {

/// Control characters drive terminals; U+2028, U+2029 end lines for some readers; the others reorder what is shown.
bool must_escape(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

std::string_view escape(std::uint32_t value, std::array<char, 8>& buffer) {
  switch (value) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const int length = std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(value));
  return {buffer.data(), static_cast<std::size_t>(length)};
}

template <typename T>
void append_chars(std::string& out, T value) {
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), end);
}

}  // namespace

void append_quoted(std::string& out, std::string_view text, std::size_t max) {
  constexpr std::string_view kCut = "...";
  out += '"';
  const std::size_t start = out.size();
  std::size_t cut_at = start;  // Where the ellipsis goes if the text turns out too long.
  std::array<char, 8> buffer;
  while (!text.empty()) {
    const base::CodePoint point = base::first_code_point(text);
    std::string_view piece = point.valid ? text.substr(0, point.length) : "\xEF\xBF\xBD";
    if (point.value == '"' || point.value == '\\' || must_escape(point.value)) {
      piece = escape(point.value, buffer);
    }
    if (out.size() - start + piece.size() > max) {
      out.resize(cut_at);
      out += kCut;
      break;
    }
    out += piece;
    if (max != std::string_view::npos && out.size() - start + kCut.size() <= max) {
      cut_at = out.size();
    }
    text.remove_prefix(point.length);
  }
  out += '"';
}

void append_number(std::string& out, double value) {
  if (std::isfinite(value)) {
    append_chars(out, value);
  } else {
    out += "null";
  }
}

void append_number(std::string& out, std::int64_t value) { append_chars(out, value); }
void append_number(std::string& out, std::uint64_t value) { append_chars(out, value); }

void append_time(std::string& out, runtime::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto since = std::chrono::floor<std::chrono::milliseconds>(time - day);
  const std::chrono::hh_mm_ss clock(since);
  std::array<char, 40> buffer;
  const int length =
      std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  out.append(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace ekiden::ops
