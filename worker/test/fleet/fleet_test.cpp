// The promise, under every kind of accident: each sent message takes effect, no message is deleted before its effect is
// durable, and no message is left in the queue.
//
//   EKIDEN_SEEDS=1..300   the seeds to run (the default; 60 with the address sanitizer)
//   EKIDEN_SEED=17        one seed only
//   EKIDEN_TRACE=1        prints everything that happens

#include "fleet.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "seeds.hpp"

namespace ekiden::worker::test {
namespace {

// The address sanitizer makes a seed five times slower.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::uint64_t kSeeds = 60;
#else
constexpr std::uint64_t kSeeds = 300;
#endif
#else
constexpr std::uint64_t kSeeds = 300;
#endif
constexpr std::uint64_t kParts = 4;  // Parts of the seeds that run in parallel.
constexpr std::uint64_t kTwiceEvery = 10;

// False if a promise was broken.
bool holds(std::uint64_t seed) {
  const FleetReport report = Fleet(seed).run();
  std::string problems;
  for (const std::string& problem : report.problems) {
    problems += "  " + problem + "\n";
  }
  if (seed % kTwiceEvery == 0 && Fleet(seed).run().trace_hash != report.trace_hash) {
    problems += "  a second run differed: some code uses time or randomness from outside the simulation\n";
  }
  if (!problems.empty()) {
    ADD_FAILURE() << "seed " << seed << " failed after " << report.steps << " steps and " << report.crashes
                  << " crashes:\n"
                  << problems << "replay it: EKIDEN_SEED=" << seed << " " << program_invocation_name;
  }
  return problems.empty();
}

class FleetTest : public testing::TestWithParam<std::uint64_t> {};

// Goal: 300 different histories of crashes, power losses, partitions and lost answers keep the promise.
TEST_P(FleetTest, EverySentMessageTakesEffectOnceQuiet) {
  const Seeds seeds = seeds_of_environment({1, kSeeds});
  const std::uint64_t count = seeds.last - seeds.first + 1;
  const std::uint64_t begin = seeds.first + count * GetParam() / kParts;
  const std::uint64_t end = seeds.first + count * (GetParam() + 1) / kParts;
  for (std::uint64_t seed = begin; seed < end; ++seed) {
    if (!holds(seed)) {
      return;  // One failed seed is enough to debug.
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Part, FleetTest, testing::Range<std::uint64_t>(0, kParts));

}  // namespace
}  // namespace ekiden::worker::test
