#include <ekiden/app/value_text.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/quantity.hpp>

#include <algorithm>
#include <array>

#include "manual_parts.hpp"

namespace ekiden::app {
namespace {

constexpr const char* kNotAllowed = "is not allowed";

/// The value of a number, size (bytes) or duration (nanoseconds), to compare it with the limits. Empty if `text` is
/// not such a value, and for the other types.
std::optional<double> magnitude(OptionType type, std::string_view text) {
  switch (type) {
    case OptionType::kInteger: {
      const std::optional<std::int64_t> value = base::parse<std::int64_t>(text);
      return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt;
    }
    case OptionType::kNumber:
      return base::parse<double>(text);
    case OptionType::kSize: {
      const std::optional<std::uint64_t> value = base::parse_size(text);
      return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt;
    }
    case OptionType::kDuration: {
      const std::optional<std::chrono::nanoseconds> value = base::parse_duration(text);
      return value ? std::optional<double>(static_cast<double>(value->count())) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::string range_words(const OptionSpec& spec) {
  if (!spec.minimum.empty() && !spec.maximum.empty()) {
    return " from " + spec.minimum + " to " + spec.maximum;
  }
  if (!spec.minimum.empty()) {
    return ", at least " + spec.minimum;
  }
  return spec.maximum.empty() ? "" : ", at most " + spec.maximum;
}

std::string join(const std::vector<std::string>& words, std::string_view last_separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? std::string(last_separator) : ", ";
    text += words[i];
  }
  return text;
}

bool too_low(const OptionSpec& spec, double value) {
  const std::optional<double> low = magnitude(spec.type, spec.minimum);
  return low && value < *low;
}

bool too_high(const OptionSpec& spec, double value) {
  const std::optional<double> high = magnitude(spec.type, spec.maximum);
  return high && value > *high;
}

/// True for a number of the option's type without a limit, and for one within the limits.
bool in_range(const OptionSpec& spec, std::string_view text) {
  const std::optional<double> value = magnitude(spec.type, text);
  return value && !too_low(spec, *value) && !too_high(spec, *value);
}

/// A value within the option's limits: the default, or the first of `usual` that is allowed, or a limit.
std::string example(const OptionSpec& spec, std::vector<std::string> usual) {
  usual.insert(usual.begin(), spec.fallback);
  usual.insert(usual.end(), {spec.minimum, spec.maximum});
  const auto fine = std::ranges::find_if(usual, [&spec](const std::string& text) { return in_range(spec, text); });
  return fine == usual.end() ? "" : ", such as " + *fine;
}

/// What is wrong with the value of a number, a size or a duration; empty if it is allowed.
std::string fault_of(const OptionSpec& spec, std::string_view text) {
  const bool is_time = spec.type == OptionType::kDuration;
  const std::optional<double> value = magnitude(spec.type, text);
  if (!value) {
    return is_time && base::parse<double>(text) ? "has no unit" : kNotAllowed;
  }
  if (too_low(spec, *value)) {
    return is_time ? "is too short" : "is too small";
  }
  return !too_high(spec, *value) ? "" : is_time ? "is too long" : "is too large";
}

void replace(std::string& text, std::string_view place, const std::string& with) {
  if (const std::size_t at = text.find(place); at != std::string::npos) {
    text.replace(at, place.size(), with);
  }
}

/// The words of OptionSpec::check about `text`; empty if there is no check or `text` is allowed.
std::optional<std::string> further_check(const OptionSpec& spec, std::string_view text) {
  std::optional<std::string> allowed = spec.check ? spec.check(text) : std::nullopt;
  if (allowed) {
    replace(*allowed, "{default}", spec.fallback);
    replace(*allowed, "{range}", range_words(spec));
  }
  return allowed;
}

}  // namespace

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on" || text == "1") {
    return true;
  }
  if (text == "false" || text == "no" || text == "off" || text == "0") {
    return false;
  }
  return std::nullopt;
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t first = part.find_first_not_of(' ');
    if (first != std::string_view::npos) {
      part = part.substr(first, part.find_last_not_of(' ') - first + 1);
      parts.emplace_back(part);
    }
  }
  return parts;
}

std::string allowed_values(const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::kBool:
      return "true or false";
    case OptionType::kInteger:
      return "a whole number" + range_words(spec);
    case OptionType::kNumber:
      return "a number" + range_words(spec);
    case OptionType::kSize:
      return "a size" + range_words(spec) + example(spec, {"64MiB"}) + " (units: KiB, MiB, GiB, KB, MB, GB)";
    case OptionType::kDuration:
      return "a duration" + range_words(spec) + example(spec, {"30s", "5m", "100ms"});
    case OptionType::kChoice:
      return join(spec.choices, " or ");
    case OptionType::kList:
    case OptionType::kString:
      break;
  }
  return value_name(spec) + (spec.fallback.empty() ? "" : ", such as " + spec.fallback);
}

std::string wanted_value(const OptionSpec& spec) {
  const bool free = spec.type == OptionType::kString || spec.type == OptionType::kList;
  return free ? further_check(spec, "").value_or(allowed_values(spec)) : allowed_values(spec);
}

std::optional<std::string> check_value(const OptionSpec& spec, std::string_view text) {
  std::string fault;
  switch (spec.type) {
    case OptionType::kBool:
      fault = parse_bool(text) ? "" : kNotAllowed;
      break;
    case OptionType::kInteger:
    case OptionType::kNumber:
    case OptionType::kSize:
    case OptionType::kDuration:
      fault = fault_of(spec, text);
      break;
    case OptionType::kChoice:
      fault = std::ranges::find(spec.choices, text) != spec.choices.end() ? "" : kNotAllowed;
      break;
    case OptionType::kString:
    case OptionType::kList:
      break;
  }
  if (!fault.empty()) {
    return fault + "; use " + allowed_values(spec);
  }
  const std::optional<std::string> allowed = further_check(spec, text);
  return allowed ? std::optional(kNotAllowed + ("; use " + *allowed)) : std::nullopt;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  // Optimal string alignment distance.
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
      for (std::size_t j = 0; j <= b.size(); ++j) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
        rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
          rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.size()][b.size()];
  };
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(word, candidate);
    if (edits < best_distance) {
      best_distance = edits;
      best = candidate;
    }
  }
  return best;
}

}  // namespace ekiden::app
