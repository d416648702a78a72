// When a worker is unhealthy because the messages that it holds make no progress. An outage is not a stall.
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

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

  /// Runs a worker whose only handler hangs, and whose extensions all get this answer.
  void hang_for(OneWorker& fleet, runtime::Duration time, http::HttpResponse to_extensions) {
    *answer_ = [answer = std::move(to_extensions)](const http::HttpRequest& request) {
      return target_of(request).ends_with(".ChangeMessageVisibilityBatch") ? std::optional(answer) : std::nullopt;
    };
    fleet.gate().open = false;
    fleet.send(1);
    fleet.start_worker();
    fleet.simulation().run_for(time);
  }

  /// Checks the worker's status every second. Returns why it was not ready; empty if it was ready all the time.
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

// Goal: a handler that does not end is a stall after --stall-timeout, although its lease is extended all the time. The
// stall ends when the handler ends. Method: the worker is idle for an hour before.
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

// Goal: receiving the same message again is not progress. Method: its extensions are confirmed, but have no effect, so
// SQS delivers it again after each visibility timeout.
TEST_F(StallTest, AMessageThatIsReceivedAgainIsStillAStall) {
  OneWorker fleet(7, with_detour());
  hang_for(fleet, 130s, response_of(200, R"({"Successful":[{"Id":"0"}]})"));
  EXPECT_GT(fleet.events(worker::events::kDuplicate), 5U);
  EXPECT_FALSE(fleet.service().status().ready);
  fleet.gate().open = true;
  expect_all_well(fleet);
}

// Goal: an outage of lease extensions hides no stall: a handler does not wait for them.
TEST_F(StallTest, AnOutageOfExtensionsHidesNoStall) {
  OneWorker fleet(7, with_detour());
  hang_for(fleet, 130s, response_of(503));
  EXPECT_EQ(fleet.events(worker::events::kOutageBegan), 1U);
  EXPECT_LE(fleet.events(worker::events::kDuplicate), 1U) << "only the open long poll can bring it again";
  EXPECT_FALSE(fleet.service().status().ready);
  fleet.gate().open = true;
  expect_all_well(fleet);
}

// Goal: the end of a handler is progress, even before the delete is answered. Method: from 116 s on, all answers are
// lost.
TEST_F(StallTest, AHandlerThatEndsIsProgress) {
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

// Goal: one handler that does not end is not a stall while other messages arrive.
TEST_F(StallTest, OneMessageWithProgressIsEnough) {
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

// Goal: a draining worker does not report a stall, because the drain has its own deadline.
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

// Goal: 10 min in which DynamoDB answers only with status 500 are not a stall and lose nothing. Method: under load, so
// that max_in_flight messages are held.
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

// Goal: 10 min in which connections to SQS fail are not a stall and lose nothing. Handled messages wait for their
// delete.
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

// Goal: a network that loses every answer is not a stall: calls time out and are retried.
TEST_F(StallTest, ANetworkThatLosesEverythingIsNoStall) {
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
