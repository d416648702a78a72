#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/quantity.hpp>
#include <ekiden/base/words.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace ekiden::base {
namespace {

struct Unit {
  std::string_view name;
  double value;
};

// Longest names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 6> kTimeUnits{{{"us", 1e3}, {"ms", 1e6}, {"ns", 1}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
// A single letter means a power of 1024, as in `docker run --memory 512m`, systemd's MemoryMax=512M and java -Xmx512m.
constexpr std::array<Unit, 13> kSizeUnits{{{"KiB", 0x1p10},
                                           {"MiB", 0x1p20},
                                           {"GiB", 0x1p30},
                                           {"KB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"K", 0x1p10},
                                           {"M", 0x1p20},
                                           {"G", 0x1p30},
                                           {"k", 0x1p10},
                                           {"m", 0x1p20},
                                           {"g", 0x1p30},
                                           {"B", 1}}};

/// Removes a decimal number without a sign from the front of `text`, and returns it.
std::optional<double> take_number(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && (is_digit(text[length]) || text[length] == '.')) {
    ++length;
  }
  const std::optional<double> value = parse<double>(text.substr(0, length));
  if (value) {
    text.remove_prefix(length);
  }
  return value;
}

/// Removes the longest unit from the front of `text`, and returns its factor; 0 if there is none.
template <std::size_t N>
double take_unit(std::string_view& text, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return unit.value;
    }
  }
  return 0;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::nanoseconds(0);
  }
  double total = 0;
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    const std::optional<double> number = take_number(text);
    const double unit = number ? take_unit(text, kTimeUnits) : 0;
    if (unit == 0) {
      return std::nullopt;
    }
    total += *number * unit;
  }
  if (total >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return std::chrono::nanoseconds(std::llround(total));
}

std::string format_duration(std::chrono::nanoseconds time) {
  constexpr std::array<Unit, 6> kDescending{
      {{"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}}};
  std::int64_t rest = time.count();
  std::string text;
  for (const Unit& unit : kDescending) {
    const auto size = static_cast<std::int64_t>(unit.value);
    if (rest >= size) {
      text += std::to_string(rest / size);
      text += unit.name;
      rest %= size;
    }
  }
  return text.empty() ? "0" : text;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::optional<double> number = take_number(text);
  if (!number) {
    return std::nullopt;
  }
  double unit = 1;
  if (!text.empty()) {
    unit = take_unit(text, kSizeUnits);
  }
  const double bytes = *number * unit;
  if (unit == 0 || !text.empty() || bytes >= 9e18) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(bytes);
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array<Unit, 3> kDescending{{{"GiB", 0x1p30}, {"MiB", 0x1p20}, {"KiB", 0x1p10}}};
  for (const Unit& unit : kDescending) {
    const double value = static_cast<double>(bytes) / unit.value;
    if (value >= 1) {
      std::array<char, 32> digits;
      const bool whole = value == std::floor(value);
      std::snprintf(digits.data(), digits.size(), whole ? "%.0f " : "%.1f ", value);
      return digits.data() + std::string(unit.name);
    }
  }
  return counted(bytes, "byte");
}

std::string format_rounded(std::chrono::nanoseconds time) {
  struct Named {
    const char* name;
    long long seconds;
  };
  constexpr std::array<Named, 4> kUnits{{{"d", 86'400}, {"h", 3'600}, {"min", 60}, {"s", 1}}};
  long long left = std::chrono::round<std::chrono::seconds>(time).count();
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    const Named& unit = kUnits[i];
    if (left < unit.seconds && i + 1 < kUnits.size()) {
      continue;
    }
    std::string text = std::to_string(left / unit.seconds) + " " + unit.name;
    left %= unit.seconds;
    if (i + 1 < kUnits.size() && left >= kUnits[i + 1].seconds) {
      text += " " + std::to_string(left / kUnits[i + 1].seconds) + " " + kUnits[i + 1].name;
    }
    return text;
  }
  return {};
}

std::string format_mebibytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;
  const std::uint64_t tenth = bytes % kMebi * 10 / kMebi;
  return std::to_string(bytes / kMebi) + (tenth == 0 ? "" : "." + std::to_string(tenth)) + " MiB";
}

std::string format_mebibytes_up(std::uint64_t bytes) {
  constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;
  return std::to_string((bytes + kMebi - 1) / kMebi) + " MiB";
}

}  // namespace ekiden::base
