// A table that throttles gets fewer writes, and as many as before when throttling ends. No message loses a receive.
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMessages = 1'500;

// The number of messages that the server delivered.
std::size_t count_received(const testkit::SimNetwork::Answered& answered) {
  if (testkit::SimNetwork::operation(answered.request) != "ReceiveMessage") {
    return 0;
  }
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answered.response.body.find("\"ReceiptHandle\"", at)) != std::string::npos; ++at) {
    ++count;
  }
  return count;
}

double writes_per_second(OneWorker& fleet, std::chrono::seconds time) {
  const testkit::SimNetwork& network = fleet.simulation().network();
  const std::uint64_t before = network.calls("BatchWriteItem");
  fleet.simulation().run_for(time);
  return static_cast<double>(network.calls("BatchWriteItem") - before) / static_cast<double>(time.count());
}

// Goal: under throttling the worker's writes become rarer, and afterwards as frequent as before. Nothing is lost, no
// message is received twice, and the log has one line for the start and one for the end. Method: a table that stores
// nothing for 2 min during a backlog.
TEST(ThrottlingTest, WritesSlowDownAndSpeedUpAgain) {
  const auto faults = std::make_shared<local::Faults>();
  OneWorkerOptions options;
  options.server.changing_faults = [faults] { return *faults; };
  OneWorker fleet(1, std::move(options));
  std::size_t received = 0;
  fleet.simulation().network().observe(
      [&received](const testkit::SimNetwork::Answered& answered) { received += count_received(answered); });
  fleet.send(kMessages);
  fleet.start_worker();
  fleet.simulation().run_for(200ms);

  const double before = writes_per_second(fleet, 1s);
  faults->unprocessed = 1;
  const double first = writes_per_second(fleet, 20s);
  const double throttled = writes_per_second(fleet, 100s);
  EXPECT_EQ(fleet.events(worker::events::kWriteSlowed), 1U);
  EXPECT_EQ(fleet.events(worker::events::kWriteRecovered), 0U);
  faults->unprocessed = 0;
  double after = 0;  // The best second, because the last pause ends first and the backlog ends later.
  for (int second = 0; second < 10; ++second) {
    after = std::max(after, writes_per_second(fleet, 1s));
  }

  EXPECT_GT(before, 10);
  EXPECT_LT(first, before / 8);
  EXPECT_LT(throttled, 0.5);
  EXPECT_GT(after, before / 2);
  fleet.send(kMessages / 5);
  fleet.drain();
  EXPECT_EQ(fleet.events(worker::events::kWriteSlowed), 1U);
  EXPECT_EQ(fleet.events(worker::events::kWriteRecovered), 1U);
  EXPECT_EQ(fleet.events(worker::events::kWriteDelayed), 0U);
  EXPECT_EQ(received, kMessages + kMessages / 5);
  fleet.look();
  fleet.stop_worker();
  EXPECT_EQ(fleet.problems(), std::vector<std::string>());
}

// Goal: if a table stores a third of each batch, the queue is drained at the table's pace.
TEST(ThrottlingTest, APartOfEachBatchIsProgress) {
  const auto faults = std::make_shared<local::Faults>();
  faults->unprocessed = 0.67;
  OneWorkerOptions options;
  options.server.changing_faults = [faults] { return *faults; };
  OneWorker fleet(2, std::move(options));
  fleet.send(kMessages / 5);
  fleet.start_worker();
  const runtime::TimePoint start = fleet.simulation().now();
  fleet.drain();
  EXPECT_LT(fleet.simulation().now() - start, 2min);
  EXPECT_EQ(fleet.events(worker::events::kWriteSlowed), 1U);
  fleet.look();
  fleet.stop_worker();
  EXPECT_EQ(fleet.problems(), std::vector<std::string>());
}

}  // namespace
}  // namespace ekiden::worker::test
