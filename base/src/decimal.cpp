#include <ekiden/base/ascii.hpp>
#include <ekiden/base/decimal.hpp>

#include <algorithm>
#include <iterator>

namespace ekiden::base {
namespace {

// A decimal, and its digits in the text, with the point if it is between them.
struct Parsed {
  Decimal decimal;
  std::string_view digits;
};

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return negative;
}

// Reads what follows an 'e'.
std::optional<std::int64_t> exponent_of(std::string_view text) {
  const bool negative = take_sign(text);
  if (text.empty() || !std::ranges::all_of(text, is_digit)) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char c : text) {
    value = std::min(value * 10 + (c - '0'), kDecimalExponentMax);
  }
  return negative ? -value : value;
}

std::optional<Parsed> parse(std::string_view text) {
  Parsed parsed;
  parsed.decimal.negative = take_sign(text);
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    const std::optional<std::int64_t> exponent = exponent_of(text.substr(e + 1));
    if (!exponent) {
      return std::nullopt;
    }
    parsed.decimal.exponent = *exponent;
    text = text.substr(0, e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  if ((whole.empty() && fraction.empty()) || !std::ranges::all_of(whole, is_digit) ||
      !std::ranges::all_of(fraction, is_digit)) {
    return std::nullopt;
  }
  const std::size_t first = text.find_first_not_of("0.");
  if (first == std::string_view::npos) {
    parsed.decimal = {};
    return parsed;
  }
  const std::size_t last = text.find_last_not_of("0.");
  parsed.digits = text.substr(first, last - first + 1);
  parsed.decimal.digits = parsed.digits.size() - (first < point && point < last ? 1 : 0);
  const auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  parsed.decimal.exponent += place > 0 ? place - 1 : place;
  return parsed;
}

}  // namespace

std::optional<Decimal> read_decimal(std::string_view text) {
  const std::optional<Parsed> parsed = parse(text);
  return parsed ? std::optional(parsed->decimal) : std::nullopt;
}

void append_canonical_decimal(std::string& out, std::string_view text) {
  const std::optional<Parsed> parsed = parse(text);
  if (!parsed) {
    out.append(text);
    return;
  }
  if (parsed->decimal.negative) {
    out.push_back('-');
  }
  std::ranges::copy_if(parsed->digits, std::back_inserter(out), is_digit);
  out.append("e").append(std::to_string(parsed->decimal.exponent));
}

}  // namespace ekiden::base
