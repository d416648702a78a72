// When a worker is unhealthy for want of progress: what it holds does not move. An outage is none of these times.
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fleet/detour.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMessages = 400;

class StallTest : public testing::Test {
 protected:
  OneWorkerOptions with_detour() {
    OneWorkerOptions options;
    options.way = [answer = answer_](http::Transport& network) { return std::make_unique<Detour>(network, answer); };
    return options;
  }

  /// What the worker says of itself, each second; empty: it was ready all the time.
  static std::string complaint_within(OneWorker& fleet, std::chrono::seconds time) {
    for (std::chrono::seconds second{0}; second < time; ++second) {
      fleet.simulation().run_for(1s);
      if (const runtime::Status status = fleet.service().status(); !status.ready) {
        return status.detail + " after " + std::to_string(second.count()) + " s";
      }
    }
    return {};
  }

  static void run_until_deletes(OneWorker& fleet, std::size_t count) {
    fleet.simulation().run_while([&] { return fleet.deletes() < count; }, fleet.simulation().now() + 1h);
  }

  static void expect_all_well(OneWorker& fleet) {
    fleet.drain();
    EXPECT_TRUE(fleet.service().status().ready) << fleet.service().status().detail;
    fleet.look();
    fleet.stop_worker();
    EXPECT_EQ(fleet.problems(), std::vector<std::string>());
    EXPECT_EQ(fleet.service().in_flight(), 0U);
    EXPECT_EQ(fleet.events(runtime::events::kActorCrashed), 0U);
  }

  std::shared_ptr<Detour::Answer> answer_ = std::make_shared<Detour::Answer>();
};

// Goal: a handler that never ends is a stall after --stall-timeout, not before, although its lease is extended all the
// time; it is none any more once the message moves. Method: the worker had nothing to do for an hour before.
TEST_F(StallTest, AHandlerThatNeverEndsIsAStall) {
  OneWorker fleet(1);
  fleet.start_worker();
  EXPECT_EQ(complaint_within(fleet, 1s), "");
  EXPECT_EQ(complaint_within(fleet, 1h), "");
  fleet.gate().open = false;
  fleet.send(1);
  fleet.simulation().run_while([&] { return fleet.gate().inside == 0; }, fleet.simulation().now() + 1min);

  EXPECT_EQ(complaint_within(fleet, 118s), "");
  EXPECT_GT(fleet.simulation().network().calls("ChangeMessageVisibilityBatch"), 10U);
  fleet.simulation().run_for(12s);
  EXPECT_FALSE(fleet.service().status().ready);
  EXPECT_EQ(fleet.service().status().detail, "news is stalled: 1 message held, no progress for 130 s");
  EXPECT_EQ(fleet.events(worker::events::kStalled), 1U);
  EXPECT_EQ(fleet.events(worker::events::kMoving), 0U);

  fleet.gate().open = true;
  fleet.simulation().run_for(2s);
  EXPECT_TRUE(fleet.service().status().ready) << fleet.service().status().detail;
  expect_all_well(fleet);
  EXPECT_EQ(fleet.events(worker::events::kStalled), 1U);
  EXPECT_EQ(fleet.events(worker::events::kMoving), 1U);
}

// Goal: a message that comes again does not move. Method: its lease cannot be extended, so that SQS gives it out again
// whenever the visibility timeout has passed.
TEST_F(StallTest, AMessageThatComesAgainIsStillAStall) {
  OneWorker fleet(7, with_detour());
  *answer_ = [](const http::HttpRequest& request) {
    return target_of(request).ends_with(".ChangeMessageVisibilityBatch") ? std::optional(response_of(503))
                                                                         : std::nullopt;
  };
  fleet.gate().open = false;
  fleet.send(1);
  fleet.start_worker();
  fleet.simulation().run_for(130s);
  EXPECT_GT(fleet.events(worker::events::kDuplicate), 5U);
  EXPECT_FALSE(fleet.service().status().ready);
  fleet.gate().open = true;
  expect_all_well(fleet);
}

// Goal: the end of a handler is progress, before any answer to what follows from it. Method: the delete of its message
// is swallowed, from 116 s on and for 10 s.
TEST_F(StallTest, AHandlerThatEndsMoves) {
  OneWorker fleet(8);
  fleet.gate() = {.open = false, .writes = false};
  fleet.send(1);
  fleet.start_worker();
  EXPECT_EQ(complaint_within(fleet, 115s), "");
  testkit::NetworkConditions conditions;
  conditions.lose_answer = 1;
  fleet.simulation().network().set_conditions(conditions);
  fleet.gate().open = true;
  EXPECT_EQ(complaint_within(fleet, 20s), "");
  EXPECT_EQ(fleet.service().in_flight(), 1U);
  fleet.simulation().network().set_conditions({});
  fleet.drain();
  fleet.stop_worker();
}

// Goal: one message that stands still is no stall while others come.
TEST_F(StallTest, OneThatMovesIsEnough) {
  OneWorker fleet(2);
  fleet.gate().open = false;
  fleet.send(1);
  fleet.start_worker();
  fleet.simulation().run_while([&] { return fleet.gate().inside == 0; }, fleet.simulation().now() + 1min);
  for (int minute = 0; minute < 10; ++minute) {
    EXPECT_EQ(complaint_within(fleet, 50s), "");
    fleet.send(1);
  }
  fleet.gate().open = true;
  expect_all_well(fleet);
}

// Goal: a worker that drains is left to its deadline, even if what it drains stands still.
TEST_F(StallTest, ADrainIsNoStall) {
  OneWorker fleet(3);
  fleet.gate().open = false;
  fleet.send(1);
  fleet.start_worker();
  fleet.simulation().run_while([&] { return fleet.gate().inside == 0; }, fleet.simulation().now() + 1min);
  fleet.simulation().run_for(10min);
  EXPECT_FALSE(fleet.service().status().draining);
  fleet.service().request_stop("a test");
  EXPECT_TRUE(fleet.service().status().draining);
  EXPECT_EQ(fleet.service().status().detail, "draining");
  EXPECT_EQ(fleet.events(worker::events::kMoving), 0U);
}

// Goal: ten minutes in which DynamoDB answers nothing but 500 are no stall, and lose nothing. Method: under load, so
// that all that may be in flight is.
TEST_F(StallTest, AnOutageOfDynamoDbIsNoStall) {
  OneWorker fleet(4, with_detour());
  fleet.send(kMessages);
  fleet.start_worker();
  run_until_deletes(fleet, kMessages / 4);
  *answer_ = [](const http::HttpRequest& request) {
    return target_of(request).starts_with("DynamoDB") ? std::optional(error_of("InternalServerError", 500))
                                                      : std::nullopt;
  };
  EXPECT_EQ(complaint_within(fleet, 10min), "");
  EXPECT_EQ(fleet.service().in_flight(), OneWorker::kMaxInFlight);
  EXPECT_LT(fleet.deletes(), kMessages);
  *answer_ = nullptr;
  expect_all_well(fleet);
  EXPECT_EQ(fleet.events(worker::events::kRetried), 0U);
}

// Goal: the same of SQS, which refuses connections; what the handlers have done meanwhile waits for its delete.
TEST_F(StallTest, AnOutageOfSqsIsNoStall) {
  OneWorker fleet(5, with_detour());
  fleet.send(kMessages);
  fleet.start_worker();
  run_until_deletes(fleet, kMessages / 4);
  *answer_ = [](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
    if (target_of(request).starts_with("AmazonSQS")) {
      throw http::TransportError(http::TransportError::Kind::kConnect, "refused");
    }
    return std::nullopt;
  };
  EXPECT_EQ(complaint_within(fleet, 10min), "");
  EXPECT_GT(fleet.service().in_flight(), 0U);
  *answer_ = nullptr;
  expect_all_well(fleet);
}

// Goal: a network that swallows everything is no stall: what no answer comes to is given up and tried again.
TEST_F(StallTest, ANetworkThatSwallowsAllIsNoStall) {
  OneWorker fleet(6);
  fleet.send(kMessages);
  fleet.start_worker();
  run_until_deletes(fleet, kMessages / 4);
  testkit::NetworkConditions conditions;
  conditions.lose_answer = 1;
  fleet.simulation().network().set_conditions(conditions);
  EXPECT_EQ(complaint_within(fleet, 10min), "");
  EXPECT_GT(fleet.service().in_flight(), 0U);
  fleet.simulation().network().set_conditions({});
  expect_all_well(fleet);
}

}  // namespace
}  // namespace ekiden::worker::test
