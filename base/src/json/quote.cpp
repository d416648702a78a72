#include <ekiden/base/hex.hpp>
#include <ekiden/base/json/quote.hpp>
#include <ekiden/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

#include "plain_text.hpp"

namespace ekiden::base {
namespace {

// The length of the prefix of `text` that needs no escape, usually all of it. Checks eight bytes at a time.
std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i + 8 <= text.size()) {
    const std::uint64_t marks = escapes_in(load_eight(text.data() + i));
    if (marks != 0) {
      return i + static_cast<std::size_t>(bytes_before(marks));
    }
    i += 8;
  }
  while (i < text.size() && !needs_escape(static_cast<unsigned char>(text[i]))) {
    ++i;
  }
  return i;
}

// Appends the escape of a character below U+10000.
void append_escape(std::string& out, std::uint32_t value) {
  switch (value) {
    case '"':
    case '\\':
      out.push_back('\\');
      out.push_back(static_cast<char>(value));
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\r':
      out.append("\\r");
      return;
    case '\t':
      out.append("\\t");
      return;
    default: {
      const std::array<char, 2> bytes{static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
      out.append("\\u");
      append_hex(out, {bytes.data(), bytes.size()});
    }
  }
}

// Control characters control terminals; some programs treat U+2028 and U+2029 as line ends; the others reorder the
// displayed text.
bool drives_terminals(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

void append_escaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    if (plain == text.size()) {
      return;
    }
    append_escape(out, static_cast<unsigned char>(text[plain]));
    text.remove_prefix(plain + 1);
  }
}

// The length of the ASCII prefix of `text`, for which JSON's own escapes are enough.
std::size_t ascii_prefix(std::string_view text) {
  const auto end = std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x7F; });
  return static_cast<std::size_t>(end - text.begin());
}

// Returns the number of bytes that it consumed.
std::size_t append_first_point(std::string& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.
  const CodePoint point = first_code_point(text);
  if (point.value == '"' || point.value == '\\' || drives_terminals(point.value)) {
    append_escape(out, point.value);
  } else {
    out += point.valid ? text.substr(0, point.length) : kReplacement;
  }
  return point.length;
}

}  // namespace

void append_json_quoted(std::string& out, std::string_view value) {
  out.push_back('"');
  append_escaped(out, value);
  out.push_back('"');
}

std::size_t json_quoted_size(std::string_view text) {
  constexpr std::string_view kShort = "\"\\\n\r\t";  // Their escapes have two bytes.
  std::size_t size = 2 + text.size();
  for (std::size_t plain = plain_prefix(text); plain != text.size(); plain = plain_prefix(text)) {
    size += kShort.find(text[plain]) != std::string_view::npos ? 1 : kJsonEscapeMax - 1;
    text.remove_prefix(plain + 1);
  }
  return size;
}

void append_printable_quoted(std::string& out, std::string_view text, std::size_t max) {
  constexpr std::string_view kCut = "...";
  out += '"';
  const std::size_t start = out.size();
  std::size_t cut_at = start;  // Where to put the "..." if the text is too long.
  while (!text.empty()) {
    const std::size_t taken = out.size() - start + kCut.size();
    const std::size_t room = taken < max ? max - taken : 0;
    std::size_t length = ascii_prefix(text.substr(0, room / kJsonEscapeMax));
    if (length > 0) {  // Always fits; usually the whole text.
      append_escaped(out, text.substr(0, length));
    } else {
      length = append_first_point(out, text);
    }
    if (out.size() - start > max) {
      out.resize(cut_at);
      out += kCut;
      break;
    }
    if (out.size() - start + kCut.size() <= max) {
      cut_at = out.size();
    }
    text.remove_prefix(length);
  }
  out += '"';
}

}  // namespace ekiden::base
