/// Number: a decimal number of DynamoDB, with up to 38 significant digits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::local::dynamodb {

/// A decimal number as DynamoDB stores it: 0, or +-0.d1d2..dn x 10^exponent with d1 != 0, dn != 0 and n <= 38.
/// Limits: magnitude 1E-130 to 9.99..E+125 (DynamoDB Developer Guide, "Naming rules and data types").
class Number {
 public:
  static constexpr int kDigitsMax = 38;

  Number() = default;

  /// Rejects (ValidationException) a text that is not a number, has more than 38 significant digits, or is out of
  /// range.
  static Number parse(std::string_view text);
  static Number from_integer(std::int64_t value);

  /// True if to_text() would certainly return `text`. Most numbers are such integers and need no parsing.
  static bool is_canonical_integer(std::string_view text);

  /// Sum and difference. Reject a result that is out of range.
  friend Number operator+(const Number& a, const Number& b);
  friend Number operator-(const Number& a, const Number& b);
  Number operator-() const;

  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const { return (*this <=> other) == std::strong_ordering::equal; }

  /// Plain notation without exponent or unnecessary zeros, as in DynamoDB's answers.
  std::string to_text() const;

  /// Appends bytes with the same order as the numbers.
  void append_sortable(std::string& out) const;

  int digits() const { return count_; }
  bool negative() const { return negative_; }

 private:
  /// Sets the value 0.d1d2.. x 10^exponent; `digits` starts with the most significant one. Strips zeros and checks the
  /// limits.
  void assign(bool negative, int exponent, const std::uint8_t* digits, int count);
  std::strong_ordering compare_magnitude(const Number& other) const;

  bool negative_ = false;
  std::int16_t exponent_ = 0;
  std::uint8_t count_ = 0;  ///< 0 for zero.
  std::array<std::uint8_t, kDigitsMax> digits_{};
};

}  // namespace ekiden::local::dynamodb
