#include <ekiden/base/parse.hpp>
#include <ekiden/local/options.hpp>

#include <array>
#include <utility>

namespace ekiden::local {

namespace {

constexpr std::array<std::pair<std::string_view, double Faults::*>, 6> kFaults = {{
    {"unavailable", &Faults::unavailable},
    {"throttle", &Faults::throttle},
    {"error", &Faults::error},
    {"drop", &Faults::drop},
    {"partial", &Faults::partial},
    {"unprocessed", &Faults::unprocessed},
}};

[[noreturn]] void refuse(std::string_view fault, std::string_view why) {
  throw std::invalid_argument(
      "--faults " + std::string(fault) + ": " + std::string(why) +
      "; write NAME=RATE[,NAME=RATE...], each rate from 0 to 1; names: unavailable, throttle, error, "
      "drop, partial, unprocessed");
}

double parse_rate(std::string_view fault, std::string_view text) {
  const std::optional<double> rate = base::parse<double>(text);
  if (!rate || *rate < 0 || *rate > 1) {
    refuse(fault, "the rate must be from 0 to 1");
  }
  return *rate;
}

}  // namespace

Faults Faults::parse(std::string_view text) {
  Faults faults;
  while (!text.empty()) {
    const std::string_view fault = text.substr(0, text.find(','));
    text.remove_prefix(std::min(fault.size() + 1, text.size()));
    const std::size_t equals = fault.find('=');
    if (equals == std::string_view::npos) {
      refuse(fault, "the rate is missing");
    }
    bool known = false;
    for (const auto& [name, field] : kFaults) {
      if (name == fault.substr(0, equals)) {
        faults.*field = parse_rate(fault, fault.substr(equals + 1));
        known = true;
      }
    }
    if (!known) {
      refuse(fault, "unknown fault");
    }
  }
  return faults;
}

Latency parse_latency(std::string_view text) {
  if (text == "none") {
    return Latency::kNone;
  }
  if (text == "tokyo") {
    return Latency::kTokyo;
  }
  throw std::invalid_argument("--latency " + std::string(text) + ": unknown profile; the profiles are none and tokyo");
}

}  // namespace ekiden::local
