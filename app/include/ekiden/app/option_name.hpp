/// OptionName: an option's name together with the type of its value.
///
/// An option is declared and read by the same constant, so a misspelt name and a wrong type do not compile:
///
///   inline constexpr OptionName<OptionType::kDuration> kPause{"pause"};
///   app.option(kPause, {.help = "the time between two messages", .fallback = "1s"});
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

/// How the text of a value is read.
enum class OptionType {
  kString,    ///< Any text.
  kBool,      ///< true or false; as a flag without a value: true.
  kInteger,   ///< A whole number.
  kNumber,    ///< A decimal number.
  kSize,      ///< Bytes: 512, 64KiB, 10M, 1GiB.
  kDuration,  ///< 100ms, 30s, 5m, 1h, 1m30s.
  kChoice,    ///< One of `choices`.
  kList       ///< Texts separated by commas; an array in the file; a repeated flag adds.
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

/// What the value of an option of this type is read as.
template <OptionType kType>
using OptionValue = typename OptionValueOf<kType>::Type;

template <OptionType kType>
class OptionName;

/// An option's name, whatever its type: for questions that every option answers.
///
/// Made from an OptionName, or by OptionSpec::id(); it then refers to the text of that spec.
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

/// A name is lower case letters, digits and dashes; anything else does not compile.
template <OptionType kType>
class OptionName : public OptionId {
 public:
  consteval explicit OptionName(std::string_view text) : OptionId(text) {
    const auto allowed = [](char c) { return base::is_lower(c) || base::is_digit(c) || c == '-'; };
    if (text.empty() || !std::ranges::all_of(text, allowed)) {
      throw std::invalid_argument("an option's name is lower case letters, digits and dashes");
    }
  }
};

}  // namespace ekiden::app
