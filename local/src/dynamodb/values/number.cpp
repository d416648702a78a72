#include "number.hpp"

#include <ekiden/base/ascii.hpp>

#include <algorithm>
#include <vector>

#include "dynamodb/api/errors.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr int kExponentMax = 126;   // 9.99E+125 is 0.999 x 10^126.
constexpr int kExponentMin = -129;  // 1E-130 is 0.1 x 10^-129.
// The lowest place of a digit: the 38th digit of a number near 1E-130.
constexpr int kPlaceMin = kExponentMin - Number::kDigitsMax;
constexpr int kPlaces = kExponentMax - kPlaceMin + 1;  // One more for the carry.
// Larger exponents are always out of range; the limit prevents an overflow of the arithmetic.
constexpr int kExponentTextMax = 100'000'000;

[[noreturn]] void refuse_text(std::string_view text) {
  std::string message = "The parameter cannot be converted to a numeric value";
  if (!text.empty()) {
    message.append(": ").append(text);
  }
  refuse_validation(std::move(message));
}

/// Reads the exponent after an 'e', or rejects the whole text.
int parse_exponent(std::string_view text, std::string_view whole) {
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), base::is_digit)) {
    refuse_text(whole);
  }
  int value = 0;
  for (const char c : text) {
    value = std::min(value * 10 + (c - '0'), kExponentTextMax);
  }
  return negative ? -value : value;
}

}  // namespace

Number Number::parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    rest.remove_prefix(1);
  }
  int exponent = 0;
  if (const std::size_t e = rest.find_first_of("eE"); e != std::string_view::npos) {
    exponent = parse_exponent(rest.substr(e + 1), text);
    rest = rest.substr(0, e);
  }
  std::array<std::uint8_t, kDigitsMax> small;
  std::vector<std::uint8_t> large;
  std::uint8_t* digits = small.data();
  if (rest.size() > small.size()) {
    large.resize(rest.size());
    digits = large.data();
  }
  int count = 0;
  int before_point = -1;
  for (const char c : rest) {
    if (c == '.' && before_point < 0) {
      before_point = count;
    } else if (base::is_digit(c)) {
      digits[count++] = static_cast<std::uint8_t>(c - '0');
    } else {
      refuse_text(text);
    }
  }
  if (count == 0) {
    refuse_text(text);
  }
  Number number;
  number.assign(negative, exponent + (before_point < 0 ? count : before_point), digits, count);
  return number;
}

Number Number::from_integer(std::int64_t value) { return parse(std::to_string(value)); }

bool Number::is_canonical_integer(std::string_view text) {
  if (text == "0") {
    return true;
  }
  if (!text.empty() && text.front() == '-') {
    text.remove_prefix(1);
  }
  return !text.empty() && text.size() <= kDigitsMax && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), base::is_digit);
}

void Number::assign(bool negative, int exponent, const std::uint8_t* digits, int count) {
  while (count > 0 && digits[0] == 0) {
    ++digits;
    --count;
    --exponent;
  }
  while (count > 0 && digits[count - 1] == 0) {
    --count;
  }
  *this = Number{};
  if (count == 0) {
    return;
  }
  if (exponent > kExponentMax) {
    refuse_validation("Number overflow. Attempting to store a number with magnitude larger than supported range");
  }
  if (exponent < kExponentMin) {
    refuse_validation("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  }
  if (count > kDigitsMax) {
    refuse_validation("Attempting to store more than 38 significant digits in a Number");
  }
  negative_ = negative;
  exponent_ = static_cast<std::int16_t>(exponent);
  count_ = static_cast<std::uint8_t>(count);
  std::copy_n(digits, count, digits_.begin());
}

Number Number::operator-() const {
  Number result = *this;
  result.negative_ = count_ != 0 && !negative_;
  return result;
}

Number operator-(const Number& a, const Number& b) { return a + -b; }

Number operator+(const Number& a, const Number& b) {
  // Adds digit by digit over every possible place: simple, and fast enough for an UpdateItem.
  const bool same_sign = a.negative_ == b.negative_;
  const bool a_larger = a.compare_magnitude(b) != std::strong_ordering::less;
  const Number& large = a_larger ? a : b;
  const Number& small = a_larger ? b : a;
  std::array<std::uint8_t, kPlaces> sum{};  // Index 0 is the highest place, 10^kExponentMax, for the carry.
  const auto index_of = [](const Number& n, int digit) { return kExponentMax - n.exponent_ + 1 + digit; };
  for (int i = 0; i < large.count_; ++i) {
    sum[static_cast<std::size_t>(index_of(large, i))] = large.digits_[static_cast<std::size_t>(i)];
  }
  int carry = 0;
  for (int place = kPlaces - 1; place >= 0; --place) {
    const int digit = place - index_of(small, 0);
    const int other = digit >= 0 && digit < small.count_ ? small.digits_[static_cast<std::size_t>(digit)] : 0;
    int value = sum[static_cast<std::size_t>(place)] + (same_sign ? other + carry : -other - carry);
    carry = 0;
    if (value > 9) {
      value -= 10;
      carry = 1;
    } else if (value < 0) {
      value += 10;
      carry = 1;
    }
    sum[static_cast<std::size_t>(place)] = static_cast<std::uint8_t>(value);
  }
  Number result;
  result.assign(large.negative_, kExponentMax + 1, sum.data(), kPlaces);
  return result;
}

std::strong_ordering Number::compare_magnitude(const Number& other) const {
  if (count_ == 0 || other.count_ == 0) {
    return count_ <=> other.count_;
  }
  if (exponent_ != other.exponent_) {
    return exponent_ <=> other.exponent_;
  }
  return std::lexicographical_compare_three_way(digits_.begin(), digits_.begin() + count_, other.digits_.begin(),
                                                other.digits_.begin() + other.count_);
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  if (negative_ != other.negative_) {
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return negative_ ? other.compare_magnitude(*this) : compare_magnitude(other);
}

std::string Number::to_text() const {
  if (count_ == 0) {
    return "0";
  }
  std::string text(negative_ ? "-" : "");
  if (exponent_ <= 0) {
    text += "0.";
    text.append(static_cast<std::size_t>(-exponent_), '0');
  }
  for (int i = 0; i < count_; ++i) {
    if (i == exponent_ && i > 0) {
      text += '.';
    }
    text += static_cast<char>('0' + digits_[static_cast<std::size_t>(i)]);
  }
  if (exponent_ > count_) {
    text.append(static_cast<std::size_t>(exponent_ - count_), '0');
  }
  return text;
}

void Number::append_sortable(std::string& out) const {
  // One byte for the sign (0, 1, 2), one for the exponent, then one byte for each two digits, plus one, so that a
  // missing pair sorts first. For a negative number all bytes after the sign are inverted, and 0xFF is appended,
  // because the longer one of two negative numbers is the smaller one.
  if (count_ == 0) {
    out += '\x01';
    return;
  }
  const std::uint8_t flip = negative_ ? 0xFF : 0x00;
  const auto append = [&](int byte) { out += static_cast<char>(static_cast<std::uint8_t>(byte) ^ flip); };
  out += negative_ ? '\x00' : '\x02';
  append(exponent_ - kExponentMin);
  for (std::size_t i = 0; i < count_; i += 2) {
    append(digits_[i] * 10 + (i + 1 < count_ ? digits_[i + 1] : 0) + 1);
  }
  if (negative_) {
    out += '\xFF';
  }
}

}  // namespace ekiden::local::dynamodb
