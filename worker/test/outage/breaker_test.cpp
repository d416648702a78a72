#include "outage/breaker.hpp"

#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "outage/refusal.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;

class BreakerTest : public testing::Test {
 protected:
  void refuse() { Breaker::Use(breaker).refused("access denied"); }

  runtime::SimulatedLoop loop;
  std::vector<std::string> logged;
  runtime::Events::Subscription subscription =
      loop.events().subscribe([this](const runtime::Event& event) { logged.emplace_back(event.spec.name); });
  Outages outages{loop.env(), "news"};
  Breaker breaker{outages, "table", "news-table"};
};

// Goal: a refusal opens it, one probe at a time is allowed, and the first success closes it.
TEST_F(BreakerTest, OpensProbesAndCloses) {
  EXPECT_TRUE(breaker.admits());
  refuse();
  EXPECT_TRUE(breaker.is_open());
  EXPECT_TRUE(outages.any());
  EXPECT_FALSE(breaker.admits());
  loop.run_for(500ms);
  ASSERT_TRUE(breaker.admits());
  {
    Breaker::Use probe(breaker);
    EXPECT_TRUE(probe.is_probe());
    EXPECT_FALSE(breaker.admits()) << "a probe is in flight";
    probe.refused("access is still denied");
  }
  EXPECT_FALSE(breaker.admits());
  EXPECT_EQ(outages.open().at(0).reason, "access is still denied");
  loop.run_for(1s);
  ASSERT_TRUE(breaker.admits());
  Breaker::Use(breaker).accepted();
  EXPECT_FALSE(outages.any());
  EXPECT_EQ(breaker.recoveries(), 1U);
  EXPECT_EQ(logged, (std::vector<std::string>{"outage.began", "outage.ended"}));
}

// Goal: calls that left before the outage change nothing, whatever their answers are.
TEST_F(BreakerTest, LateAnswersChangeNothing) {
  Breaker::Use first(breaker);
  Breaker::Use second(breaker);
  Breaker::Use third(breaker);
  first.refused("gone");
  second.refused("gone");
  third.accepted();
  EXPECT_TRUE(breaker.is_open());
  EXPECT_EQ(logged, std::vector<std::string>{"outage.began"});
}

// Goal: a probe without an answer, such as one that is cancelled, lets another one follow.
TEST_F(BreakerTest, AProbeWithoutAnAnswerIsFollowedByAnother) {
  refuse();
  loop.run_for(500ms);
  {
    const Breaker::Use lost(breaker);
  }
  EXPECT_FALSE(breaker.admits());
  loop.run_for(1s);
  EXPECT_TRUE(breaker.admits());
}

// Goal: probes become rare, but never rarer than one in 10 s.
TEST_F(BreakerTest, ProbesGetRarer) {
  refuse();
  unsigned probes = 0;
  const runtime::TimePoint end = loop.clock().now() + 10min;
  while (loop.clock().now() < end) {
    loop.run_for(100ms);
    if (breaker.admits()) {
      ++probes;
      refuse();
    }
  }
  EXPECT_GE(probes, 60U);
  EXPECT_LE(probes, 130U);
}

// Goal: waiting tasks get through one by one while it is open, and all at once when it closes.
TEST_F(BreakerTest, WaitersBecomeProbes) {
  refuse();
  bool works = false;
  unsigned calls = 0;
  runtime::TaskGroup tasks(loop.env().executor);
  auto use = [&]() -> Task<> {
    for (;;) {
      co_await breaker.wait();
      Breaker::Use one(breaker);
      ++calls;
      if (works) {
        one.accepted();
        co_return;
      }
      one.refused("gone");
    }
  };
  for (int i = 0; i < 100; ++i) {
    tasks.spawn(use());
  }
  loop.run_for(1min);
  EXPECT_GE(calls, 6U);
  EXPECT_LE(calls, 20U);
  works = true;
  loop.run_for(10s);
  EXPECT_EQ(tasks.size(), 0U);
}

// Goal: without a message that could be the probe, it closes; otherwise nothing would ever be received again.
TEST_F(BreakerTest, ClosesWhenNoMessageWaits) {
  refuse();
  breaker.unwanted();
  EXPECT_FALSE(outages.any());
  EXPECT_EQ(breaker.recoveries(), 0U);
  refuse();
  EXPECT_TRUE(outages.any());
}

aws::Error::Facts facts(std::string code, int status = 400, bool retryable = false) {
  aws::Error::Facts result;
  result.code = std::move(code);
  result.http_status = status;
  result.retryable = retryable;
  return result;
}

// Goal: what every message would meet is an outage. What one message can cause, or what a retry can repair, is not.
TEST(RefusalTest, TellsAnOutageFromOneMessagesFault) {
  for (const char* const code :
       {"AccessDeniedException", "AccessDenied", "ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist", "KmsAccessDenied", "KMSDisabledException", "OptInRequired", "UnknownOperationException"}) {
    EXPECT_TRUE(meets_every_message(facts(code))) << code;
  }
  for (const char* const code :
       {"ValidationException", "SerializationException", "ItemCollectionSizeLimitExceededException",
        "InvalidMessageContents", "InvalidParameterValue", "AWS.SimpleQueueService.BatchRequestTooLong",
        "ReceiptHandleIsInvalid", "ChecksumMismatch"}) {
    EXPECT_FALSE(meets_every_message(facts(code))) << code;
  }
  EXPECT_FALSE(meets_every_message(facts("UnexpectedStatus", 413)));
  EXPECT_FALSE(meets_every_message(facts("ServiceUnavailable", 503, true)));
}

}  // namespace
}  // namespace ekiden::worker
