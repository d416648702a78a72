#include <ekiden/base/hex.hpp>
#include <ekiden/base/json/quote.hpp>
#include <ekiden/base/json/writer.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace ekiden::base {
namespace {

template <typename Number>
void append_digits(std::string& out, Number value) {
  std::array<char, 32> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), result.ptr);
}

}  // namespace

void JsonWriter::append_number(std::string& out, std::int64_t value) { append_digits(out, value); }
void JsonWriter::append_number(std::string& out, std::uint64_t value) { append_digits(out, value); }
void JsonWriter::append_number(std::string& out, double value) {
  if (std::isfinite(value)) {
    append_digits(out, value);
    if (value == 0 && std::signbit(value)) {
      out.append(".0");  // "-0" reads back as the integer 0.
    }
  } else {
    out.append("null");
  }
}

JsonWriter& JsonWriter::printable(std::string_view value) {
  separate();
  append_printable_quoted(text_, value);
  return *this;
}

JsonWriter& JsonWriter::hex(std::string_view bytes) {
  separate();
  text_.push_back('"');
  append_hex(text_, bytes);
  text_.push_back('"');
  return *this;
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
  separate();
  append_number(text_, value);
  return *this;
}

}  // namespace ekiden::base
