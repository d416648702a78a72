// Supervision is real: whichever actor of the pipeline crashes, and whenever, nothing is lost and nothing leaks; one
// that keeps crashing ends the worker with a reason.
//
//   EKIDEN_SEEDS=1..20    the seeds to run for each actor (the default)
//   EKIDEN_SEED=17        one seed only
//   EKIDEN_TRACE=1        prints everything that happens

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "one_worker.hpp"
#include "seeds.hpp"

namespace ekiden::testkit {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kMessages = 240;
constexpr std::size_t kCrashesMin = 2;
constexpr std::size_t kCrashesMax = runtime::RestartIntensity{}.restarts;  // One more and the supervisor gives up.
constexpr std::uint64_t kStepsMax = 100;                                   // Between the moment drawn and the crash.

// Crashes `actor` while the messages are being handled: at random numbers of deletes, and some random steps later.
unsigned crash_under_load(OneWorker& fleet, const std::string& actor) {
  runtime::Random& random = fleet.simulation().random();
  std::vector<std::size_t> moments;
  const std::size_t count = kCrashesMin + random.below(kCrashesMax - kCrashesMin + 1);
  for (std::size_t i = 0; i < count; ++i) {
    moments.push_back(random.below(kMessages - 2 * OneWorker::kMaxInFlight));
  }
  std::ranges::sort(moments);
  unsigned crashes = 0;
  for (const std::size_t moment : moments) {
    fleet.simulation().run_while([&] { return fleet.deletes() < moment; }, fleet.simulation().now() + 1h);
    const std::uint64_t step = fleet.simulation().steps() + random.below(kStepsMax);
    fleet.simulation().run_while([&] { return fleet.simulation().steps() < step; });
    const bool loaded = fleet.deletes() < kMessages;
    crashes += loaded && fleet.crash(actor) ? 1U : 0U;
  }
  if (crashes != count) {
    fleet.problem("crashed " + std::to_string(crashes) + " of " + std::to_string(count) + " times under load");
  }
  return crashes;
}

// Each restart is counted, and for the actor that crashed only.
void check_restarts(OneWorker& fleet, const std::string& actor, unsigned crashes) {
  for (const auto& [name, restarts] : fleet.restarts()) {
    const unsigned expected = name == actor ? crashes : 0;
    if (restarts != expected) {
      fleet.problem(name + " counts " + std::to_string(restarts) + " restarts instead of " + std::to_string(expected));
    }
  }
}

// As many messages as before the crashes are held at once, neither fewer nor more, for longer than their visibility
// timeout.
void check_capacity(OneWorker& fleet) {
  if (fleet.service().in_flight() != 0) {
    fleet.problem(std::to_string(fleet.service().in_flight()) + " messages of an empty queue are held");
  }
  fleet.gate().open = false;
  fleet.send(OneWorker::kMaxInFlight * 3 / 2);
  const runtime::TimePoint limit = fleet.simulation().now() + 30s;
  std::size_t most = 0;
  const auto note = [&] {
    most = std::max({most, fleet.gate().inside, fleet.service().in_flight()});
    return true;
  };
  fleet.simulation().run_while(note, limit);
  if (fleet.gate().inside != OneWorker::kMaxInFlight || most != OneWorker::kMaxInFlight) {
    fleet.problem("handles " + std::to_string(fleet.gate().inside) + " messages at once and has held up to " +
                  std::to_string(most) + " instead of " + std::to_string(OneWorker::kMaxInFlight));
  }
  fleet.gate().open = true;
  fleet.drain();
}

std::string failed(std::uint64_t seed, const std::vector<std::string>& problems) {
  std::string text = "seed " + std::to_string(seed) + " failed:\n";
  for (const std::string& problem : problems) {
    text += "  " + problem + "\n";
  }
  const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
  return text + "replay it: EKIDEN_SEED=" + std::to_string(seed) + " " + program_invocation_name +
         " --gtest_filter='*" + name + "'";
}

class SupervisionTest : public testing::TestWithParam<const char*> {};

// Goal: crashes of one actor under load lose no message, leak no permit, and restart nobody else. Method: 240 messages,
// 2 to 5 crashes, then a batch that fills the worker.
TEST_P(SupervisionTest, CrashesUnderLoadLoseAndLeakNothing) {
  const Seeds seeds = seeds_of_environment({1, 20});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    OneWorker fleet(seed);
    fleet.send(kMessages);
    fleet.start_worker();
    const unsigned crashes = crash_under_load(fleet, GetParam());
    fleet.drain();
    check_restarts(fleet, GetParam(), crashes);
    check_capacity(fleet);
    fleet.look();
    check_restarts(fleet, GetParam(), crashes);
    fleet.stop_worker();
    ASSERT_TRUE(fleet.problems().empty()) << failed(seed, fleet.problems());  // The first is enough to look at.
  }
}

INSTANTIATE_TEST_SUITE_P(Of, SupervisionTest, testing::Values("leases", "writer", "processor", "receiver"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace ekiden::testkit
