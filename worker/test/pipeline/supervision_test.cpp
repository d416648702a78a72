// Supervision: if any actor of the pipeline crashes at any time, nothing is lost and nothing leaks. An actor that keeps
// crashing ends the worker with a reason.
//
//   EKIDEN_SEEDS=1..20    the seeds to run for each actor (the default)
//   EKIDEN_SEED=17        one seed only
//   EKIDEN_TRACE=1        prints everything that happens

#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "fleet/seeds.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kMessages = 240;
constexpr std::size_t kCrashesMin = 2;
constexpr std::size_t kCrashesMax = runtime::RestartIntensity{}.restarts;  // One more and the supervisor gives up.
constexpr std::uint64_t kStepsMax = 100;                                   // Between the drawn moment and the crash.

// Crashes `actor` several times while messages are handled: each time a random number of steps after a random delete.
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
    fleet.run_steps(random.below(kStepsMax));
    const bool loaded = fleet.deletes() < kMessages;
    crashes += loaded && fleet.crash(actor) ? 1U : 0U;
  }
  if (crashes != count) {
    fleet.problem("crashed " + std::to_string(crashes) + " times under load instead of " + std::to_string(count));
  }
  return crashes;
}

// Each restart is counted, and only for the actor that crashed.
void check_restarts(OneWorker& fleet, const std::string& actor, unsigned crashes) {
  for (const auto& [name, restarts] : fleet.restarts()) {
    const unsigned expected = name == actor ? crashes : 0;
    if (restarts != expected) {
      fleet.problem(name + " has " + std::to_string(restarts) + " restarts instead of " + std::to_string(expected));
    }
  }
}

// The worker still holds exactly max_in_flight messages at once, for longer than their visibility timeout.
void check_capacity(OneWorker& fleet) {
  if (fleet.service().in_flight() != 0) {
    fleet.problem(std::to_string(fleet.service().in_flight()) + " messages are held, but the queue is empty");
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
                  std::to_string(most) + "; both should be " + std::to_string(OneWorker::kMaxInFlight));
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

// Goal: crashes of one actor under load lose no message, leak no place in max_in_flight, and restart no other actor.
// Method: 240 messages, 2 to 5 crashes, then a batch that fills the worker.
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
    ASSERT_TRUE(fleet.problems().empty()) << failed(seed, fleet.problems());  // One failed seed is enough to debug.
  }
}

// Goal: an actor that keeps crashing ends the worker with status 1 and one line with the reason. The next worker
// process loses nothing. Method: the actor is crashed whenever it runs, often right after its start.
TEST_P(SupervisionTest, AnActorThatKeepsCrashingEndsTheWorkerWithAReason) {
  const std::string actor = GetParam();
  const Seeds seeds = seeds_of_environment({1, 5});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    OneWorker fleet(seed);
    std::vector<std::string> failures;
    std::vector<std::int64_t> statuses;
    std::vector<std::string> escalated;
    fleet.process().on_event([&](const runtime::Event& event) {
      if (event.spec.name == worker::events::kFailed.name) {
        failures.emplace_back(std::get<std::string_view>(*event.find("error")));
      } else if (event.spec.name == worker::events::kStopped.name) {
        statuses.push_back(std::get<std::int64_t>(*event.find("status")));
      } else if (event.spec.name == runtime::events::kEscalated.name) {
        escalated.emplace_back(std::get<std::string_view>(*event.find("actor")));
      }
    });
    fleet.send(kMessages);
    fleet.start_worker();
    // The pipeline's supervisor gives up, the root restarts it once, and it gives up again.
    const unsigned expected = 2 * (kCrashesMax + 1);
    unsigned crashes = 0;
    while (crashes <= expected && fleet.crash(actor)) {
      ++crashes;
      fleet.run_steps(fleet.simulation().random().below(kStepsMax));
    }
    SCOPED_TRACE("seed " + std::to_string(seed));
    ASSERT_EQ(crashes, expected);
    EXPECT_THAT(escalated, ElementsAre("news", "news", "worker"));
    EXPECT_EQ(fleet.status(), 1);
    EXPECT_THAT(statuses, ElementsAre(1));
    EXPECT_THAT(
        failures,
        ElementsAre(AllOf(HasSubstr("worker gives up: more than 1 restarts in 60 s, the last one of news; "),
                          HasSubstr("news gives up: more than 5 restarts in 10 s, the last one of " + actor + "; "))));

    fleet.start_worker();
    fleet.drain();
    check_capacity(fleet);
    fleet.look();
    fleet.stop_worker();
    ASSERT_TRUE(fleet.problems().empty()) << failed(seed, fleet.problems());
  }
}

INSTANTIATE_TEST_SUITE_P(Of, SupervisionTest, testing::Values("leases", "writer", "processor", "receiver"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace ekiden::worker::test
