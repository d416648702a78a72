#include "words.hpp"

#include <array>

namespace ekiden::worker::doctor {

std::string rounded(runtime::Duration time) {
  struct Unit {
    const char* name;
    long long seconds;
  };
  constexpr std::array<Unit, 4> kUnits{{{"d", 86'400}, {"h", 3'600}, {"min", 60}, {"s", 1}}};
  long long left = std::chrono::round<std::chrono::seconds>(time).count();
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    const Unit& unit = kUnits[i];
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

std::string mebibytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;
  const std::uint64_t tenth = bytes % kMebi * 10 / kMebi;
  return std::to_string(bytes / kMebi) + (tenth == 0 ? "" : "." + std::to_string(tenth)) + " MiB";
}

std::string counted(long long count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace ekiden::worker::doctor
