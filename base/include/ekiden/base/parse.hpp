/// parse<T>: converts a whole text to a number.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace ekiden::base {

/// Returns nothing if the text is empty, has other characters before or after the number (a space, a plus sign), or if
/// the number does not fit into T. Independent of the locale.
///
///   parse<std::int64_t>("42")      42
///   parse<std::uint16_t>("70000")  nothing
///   parse<unsigned>("ff", 16)      255
template <std::integral T>
std::optional<T> parse(std::string_view text, int base = 10) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  return error == std::errc() && stop == end ? std::optional<T>(value) : std::nullopt;
}

/// The same for a decimal fraction, with or without an exponent. Rejects NaN and infinities, which std::from_chars
/// accepts.
template <std::floating_point T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value) ? std::optional<T>(value) : std::nullopt;
}

}  // namespace ekiden::base
