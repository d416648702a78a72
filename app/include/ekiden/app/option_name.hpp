/// OptionName: an option's name and the type of its value.
///
/// The same constant declares the option and reads it, so a misspelt name or a wrong type does not compile:
///
///   inline constexpr OptionName<OptionType::kDuration> kPause{"pause"};
///   app.option(kPause, {.help = "pause between two messages", .fallback = "1s"});
///   std::chrono::nanoseconds pause = options.get(kPause);
#pragma once

#include <ekiden/base/ascii.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::app {

struct OptionSpec;

/// The type of an option's value.
enum class OptionType {
  kString,    ///< Any text.
  kBool,      ///< true or false; the flag alone means true.
  kInteger,   ///< A whole number.
  kNumber,    ///< A decimal number.
  kSize,      ///< Bytes: 512, 64KiB, 10M, 1GiB.
  kDuration,  ///< 100ms, 30s, 5m, 1h, 1m30s.
  kChoice,    ///< One of `choices`.
  kList       ///< Texts separated by commas, or an array in the file. A repeated flag adds to the list.
};

template <OptionType kType>
struct OptionValueOf {
  using Type = std::string;
};
template <>
struct OptionValueOf<OptionType::kBool> {
  using Type = bool;
};
template <>
struct OptionValueOf<OptionType::kInteger> {
  using Type = std::int64_t;
};
template <>
struct OptionValueOf<OptionType::kNumber> {
  using Type = double;
};
template <>
struct OptionValueOf<OptionType::kSize> {
  using Type = std::uint64_t;  // In bytes.
};
template <>
struct OptionValueOf<OptionType::kDuration> {
  using Type = std::chrono::nanoseconds;
};
template <>
struct OptionValueOf<OptionType::kList> {
  using Type = std::vector<std::string>;
};

/// The C++ type of the value of an option.
template <OptionType kType>
using OptionValue = typename OptionValueOf<kType>::Type;

template <OptionType kType>
class OptionName;

/// An option's name without its type, for functions that work for every option. Convert it from an OptionName, or get
/// it from OptionSpec::id(); the OptionSpec must then outlive it.
class OptionId {
 public:
  constexpr std::string_view text() const { return text_; }
  /// --stop-timeout
  std::string flag() const { return "--" + std::string(text_); }
  /// EKIDEN_STOP_TIMEOUT
  std::string variable() const;

  constexpr bool operator==(const OptionId&) const = default;

 private:
  template <OptionType kType>
  friend class OptionName;
  friend struct OptionSpec;
  constexpr explicit OptionId(std::string_view text) : text_(text) {}

  std::string_view text_;
};

/// A name consists of lower case letters, digits and dashes; anything else does not compile.
template <OptionType kType>
class OptionName : public OptionId {
 public:
  consteval explicit OptionName(std::string_view text) : OptionId(text) {
    const auto allowed = [](char c) { return base::is_lower(c) || base::is_digit(c) || c == '-'; };
    if (text.empty() || !std::ranges::all_of(text, allowed)) {
      throw std::invalid_argument("an option's name must consist of lower case letters, digits and dashes");
    }
  }
};

}  // namespace ekiden::app
