/// Seeds: the seeds that a simulation test runs.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace ekiden::worker::test {

/// A range: first and last seed.
struct Seeds {
  std::uint64_t first;
  std::uint64_t last;
};

/// The range of EKIDEN_SEED=17 or EKIDEN_SEEDS=1..200 if set; otherwise `seeds`.
inline Seeds seeds_of_environment(Seeds seeds) {
  if (const char* one = std::getenv("EKIDEN_SEED"); one != nullptr) {
    seeds.first = seeds.last = std::stoull(one);
  } else if (const char* range = std::getenv("EKIDEN_SEEDS"); range != nullptr) {
    const std::string text(range);
    const std::size_t dots = text.find("..");
    seeds.first = std::stoull(text.substr(0, dots));
    seeds.last = dots == std::string::npos ? seeds.first : std::stoull(text.substr(dots + 2));
  }
  return seeds;
}

}  // namespace ekiden::worker::test
