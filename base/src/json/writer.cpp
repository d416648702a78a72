#include <ekiden/base/json/writer.hpp>

#include <array>
#include <charconv>
#include <cmath>

#include "plain_text.hpp"

namespace ekiden::base {
namespace {

// The length of the front of `text` that can be copied as it is. Mostly all of it: eight bytes at a time.
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

void append_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out.push_back('\\');
      out.push_back(c);
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
      const auto byte = static_cast<unsigned char>(c);
      out.append("\\u00");
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
}

template <typename Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), result.ptr);
}

}  // namespace

void JsonWriter::append_quoted(std::string& out, std::string_view value) {
  out.push_back('"');
  for (;;) {
    const std::size_t plain = plain_prefix(value);
    out.append(value.substr(0, plain));
    if (plain == value.size()) {
      break;
    }
    append_escape(out, value[plain]);
    value.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  append_number(text_, value);
  return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t value) {
  separate();
  append_number(text_, value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  if (!std::isfinite(value)) {
    return null();
  }
  separate();
  append_number(text_, value);
  return *this;
}

}  // namespace ekiden::base
