// A worker with a memory limit: held messages stay within the budget for any sizes, and all messages are handled.
//
//   EKIDEN_SEEDS=1..4     the seeds to run (the default)
//   EKIDEN_SEED=17        one seed only

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fleet/seeds.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKibi = 1024;
constexpr std::size_t kLarge = 90'000;  // Ten of them fit one SendMessageBatch.

// A budget for about three large messages.
OneWorkerOptions tight() {
  OneWorkerOptions options;
  options.memory_limit = worker::MemoryLimit{.bytes = 15'715 * kKibi, .source = "the test"};
  options.queue = {{"MaximumMessageSize", "92160"}};
  return options;
}

double figure(const runtime::Status& status, const std::string& name) {
  const auto found = std::ranges::find(status.figures, name, &runtime::Figure::name);
  return found == status.figures.end() ? -1 : found->value;
}

// Goal: a burst of large messages after small ones does not exceed the budget. Method: all messages are in the queue at
// the start, so receives that expect small messages are in flight when the large ones come.
TEST(MemoryTest, HoldsNoMoreThanTheBudget) {
  const Seeds seeds = seeds_of_environment({1, 4});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OneWorker fleet(seed, tight());
    fleet.send(300);
    fleet.send(60, kLarge);
    fleet.send(100);
    fleet.send(10, kLarge);
    fleet.start_worker();
    double peak = 0;
    std::size_t most = 0;
    fleet.simulation().run_while(
        [&] {
          peak = std::max(peak, figure(fleet.service().status(), "ekiden_messages_memory_bytes"));
          most = std::max(most, fleet.service().in_flight());
          return fleet.deletes() < 470;
        },
        fleet.simulation().now() + 10min);
    fleet.drain();
    fleet.look();
    const double budget = figure(fleet.service().status(), "ekiden_messages_memory_limit_bytes");
    EXPECT_LE(peak, budget * 1.05);  // The number of messages in an answer is known only after it was read.
    EXPECT_GT(peak, budget / 2) << "the budget was never used enough to test it";
    EXPECT_GE(most, 10U) << "few small messages were held at once";
    fleet.stop_worker();
    EXPECT_EQ(fleet.problems(), std::vector<std::string>());
    EXPECT_EQ(figure(fleet.service().status(), "ekiden_messages_memory_bytes"), 0);
  }
}

// The number of messages that the server handed out.
std::size_t count_received(const testkit::SimNetwork::Answered& answered) {
  std::size_t count = 0;
  if (testkit::SimNetwork::operation(answered.request) == "ReceiveMessage") {
    for (std::size_t at = 0; (at = answered.response.body.find("\"ReceiptHandle\"", at)) != std::string::npos; ++at) {
      ++count;
    }
  }
  return count;
}

// Goal: an answer that waits for memory is not thrown away: SQS hands out each message once. Method: handlers that take
// longer than half of the visibility timeout, and messages whose size changes.
TEST(MemoryTest, AnAnswerThatWaitsForMemoryIsKept) {
  const Seeds seeds = seeds_of_environment({1, 4});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OneWorker fleet(seed, tight());
    std::size_t received = 0;
    fleet.simulation().network().observe(
        [&received](const testkit::SimNetwork::Answered& answered) { received += count_received(answered); });
    fleet.gate().work = 8s;
    fleet.send(60);
    fleet.send(20, kLarge);
    fleet.send(60);
    fleet.send(20, kLarge);
    fleet.start_worker();
    fleet.simulation().run_while([&] { return fleet.deletes() < 160; }, fleet.simulation().now() + 1h);
    fleet.stop_worker();
    EXPECT_EQ(received, 160U);
    EXPECT_EQ(fleet.problems(), std::vector<std::string>());
  }
}

// Goal: after crashes of the Receiver no memory stays counted. Method: it is crashed while answers wait for room.
TEST(MemoryTest, CrashesLeaveNoMemoryCounted) {
  const Seeds seeds = seeds_of_environment({1, 4});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OneWorker fleet(seed, tight());
    fleet.send(100);
    fleet.send(40, kLarge);
    fleet.start_worker();
    for (std::size_t wanted : {100U, 110U, 125U}) {
      fleet.simulation().run_while([&] { return fleet.deletes() < wanted; }, fleet.simulation().now() + 10min);
      ASSERT_TRUE(fleet.crash("receiver"));
    }
    fleet.drain();
    fleet.look();
    fleet.stop_worker();
    EXPECT_EQ(fleet.problems(), std::vector<std::string>());
    EXPECT_EQ(figure(fleet.service().status(), "ekiden_messages_memory_bytes"), 0);
  }
}

// Goal: a limit that is too small for one message ends the start with status 2.
TEST(MemoryTest, RefusesALimitThatIsTooSmall) {
  OneWorkerOptions options = tight();
  options.memory_limit->bytes = 14'090 * kKibi;
  OneWorker fleet(1, std::move(options));
  fleet.start_worker();
  fleet.simulation().run_while([&] { return !fleet.status(); }, fleet.simulation().now() + 1min);
  EXPECT_EQ(fleet.status(), 2);
}

}  // namespace
}  // namespace ekiden::worker::test
