// Outages of services and network: bursts of status 503, reset connections, slow answers. Nothing is lost, and the log
// has one line for each outage, not for each request.
//
//   EKIDEN_SEEDS=1..20    the seeds to run (the default)
//   EKIDEN_SEED=17        one seed only

#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fleet/detour.hpp"
#include "fleet/seeds.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMessages = 400;
constexpr unsigned kBursts = 6;

void expect_all_well(OneWorker& fleet) {
  fleet.drain();
  fleet.look();
  fleet.stop_worker();
  EXPECT_EQ(fleet.problems(), std::vector<std::string>());
  EXPECT_EQ(fleet.service().in_flight(), 0U);
  EXPECT_EQ(fleet.events(worker::events::kRetried), 0U);  // No handler failed.
}

// Goal: bursts in which every request fails lose nothing. Method: bursts of 1 to 5 s in quick succession, so that some
// leases cannot be extended in time.
TEST(OutageTest, BurstsOf503LoseNothing) {
  const Seeds seeds = seeds_of_environment({1, 20});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto faults = std::make_shared<local::Faults>();
    OneWorkerOptions options;
    options.server.changing_faults = [faults] { return *faults; };
    OneWorker fleet(seed, std::move(options));
    fleet.send(kMessages);
    fleet.start_worker();
    for (unsigned burst = 1; burst <= kBursts; ++burst) {
      const std::size_t wanted = kMessages * (burst - 1) / kBursts + 1;
      fleet.simulation().run_while([&] { return fleet.deletes() < wanted; }, fleet.simulation().now() + 1h);
      faults->unavailable = 1;
      fleet.simulation().run_for(fleet.simulation().random().between(1'000, 5'000) * 1ms);
      faults->unavailable = 0;
    }
    expect_all_well(fleet);
    EXPECT_GE(fleet.events(worker::events::kReceiveFailed), 1U);
    EXPECT_LE(fleet.events(worker::events::kReceiveFailed), kBursts);
    EXPECT_GE(fleet.events(worker::events::kWriteDelayed), 1U);
    EXPECT_LE(fleet.events(worker::events::kWriteDelayed), kBursts);
  }
}

// Goal: deletes that fail for minutes are logged once, although leases are extended meanwhile. Method: some messages
// are handled, the others wait in their handlers.
TEST(OutageTest, DeletesThatFailForLongAreLoggedOnce) {
  const auto answer = std::make_shared<Detour::Answer>([](const http::HttpRequest& request) {
    return target_of(request).ends_with(".DeleteMessageBatch") ? std::optional(response_of(503)) : std::nullopt;
  });
  OneWorkerOptions options;
  options.way = [answer](http::Transport& network) { return std::make_unique<Detour>(network, answer); };
  OneWorker fleet(1, std::move(options));
  fleet.send(kMessages);
  fleet.start_worker();
  const auto logged = [&fleet] { return fleet.events(worker::events::kLeaseDelayed); };
  fleet.simulation().run_while([&] { return logged() == 0; }, fleet.simulation().now() + 1h);
  fleet.gate().open = false;
  fleet.simulation().run_for(2min);
  EXPECT_GT(fleet.gate().inside, 0U);
  EXPECT_EQ(logged(), 1U);
  *answer = nullptr;
  fleet.gate().open = true;
  expect_all_well(fleet);
  EXPECT_EQ(logged(), 1U);
}

// Goal: a network that resets connections, before and after the server's work, and delays answers by seconds loses
// nothing.
TEST(OutageTest, ResetsAndSlowAnswersLoseNothing) {
  const Seeds seeds = seeds_of_environment({1, 20});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OneWorker fleet(seed);
    fleet.send(kMessages);
    testkit::NetworkConditions conditions;
    conditions.reset_request = 0.05;
    conditions.reset_answer = 0.05;
    conditions.slow = 0.2;
    conditions.slow_max = 4s;
    fleet.simulation().network().set_conditions(conditions);
    fleet.start_worker();
    expect_all_well(fleet);
  }
}

}  // namespace
}  // namespace ekiden::worker::test
