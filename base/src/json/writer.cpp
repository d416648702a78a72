#include <ekiden/base/json/quote.hpp>
#include <ekiden/base/json/writer.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace ekiden::base {
namespace {

template <typename Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), result.ptr);
}

}  // namespace

void JsonWriter::append_quoted(std::string& out, std::string_view value) { append_json_quoted(out, value); }

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
