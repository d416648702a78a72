/// Decimal: what the text of a decimal number says, without rounding it to a double.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ekiden::base {

/// 0, or d.ddd x 10^exponent, where neither the first nor the last of the digits is 0.
struct Decimal {
  bool negative = false;
  std::size_t digits = 0;     ///< How many; none for 0.
  std::int64_t exponent = 0;  ///< 2 for 125. At most kDecimalExponentMax, at least its negative.

  bool operator==(const Decimal&) const = default;
};

/// Larger exponents are counted as this one, plus the digits before them.
inline constexpr std::int64_t kDecimalExponentMax = 1'000'000'000;

/// Reads a whole text such as "-12.50e+3": a sign, digits with at most one point, and an exponent; all but one digit
/// can be missing. Returns nothing for other texts, such as "NaN", "inf", "0x10", "1,5" and " 1". Independent of the
/// locale.
///
///   read_decimal("-012.50e3")   // negative, 3 digits, exponent 4
std::optional<Decimal> read_decimal(std::string_view text);

/// Appends a text that all texts of the same number have in common ("1", "1.0" and "100e-2" do). A text that is not a
/// decimal number is appended unchanged.
void append_canonical_decimal(std::string& out, std::string_view text);

/// The nearest value of T, or nothing if the magnitude is too large for T. Very small numbers become 0. `text` is a
/// number in JSON's format. Independent of the locale.
template <std::floating_point T>
std::optional<T> nearest(std::string_view text) {
  T value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc()) {
    return std::isfinite(value) ? std::optional<T>(value) : std::nullopt;
  }
  const std::optional<Decimal> decimal = read_decimal(text);  // std::from_chars does not say whether it is too small.
  return decimal && decimal->exponent < 0 ? std::optional<T>(decimal->negative ? -T{} : T{}) : std::nullopt;
}

}  // namespace ekiden::base
