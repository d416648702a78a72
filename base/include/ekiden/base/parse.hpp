/// parse<T>: a text that is a number, and nothing but a number.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace ekiden::base {

/// The number that the whole text is; nothing if it is empty, has anything before or after the number (a space, a plus
/// sign), or does not fit into T. Independent of the locale.
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

/// The same of a decimal fraction, with or without an exponent. Never NaN nor an infinity, which std::from_chars knows
/// by name.
template <std::floating_point T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value) ? std::optional<T>(value) : std::nullopt;
}

}  // namespace ekiden::base
