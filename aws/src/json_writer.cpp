#include <ekiden/aws/json_writer.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace ekiden::aws {
namespace {

constexpr bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

// True if one of eight bytes needs an escape: subtracting borrows into the high bit of a byte that is too small.
bool any_needs_escape(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t control = (word - kOnes * 0x20) & ~word;
  return ((((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) | control) & kHigh) != 0;
}

// The length of the front of `text` that can be copied as it is. Mostly all of it: eight bytes at a time.
std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if (any_needs_escape(word)) {
      break;
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

}  // namespace ekiden::aws
