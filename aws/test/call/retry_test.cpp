// How often, and after which delay, a client retries.
#include <ekiden/aws/call/retry.hpp>
#include <ekiden/aws/call/retry_budget.hpp>
#include <ekiden/aws/events.hpp>

#include "client_fixture.hpp"

namespace ekiden::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Goal: the delays double, stay within their bounds, and are never shorter than the service asked for.
TEST(RetryPolicyTest, BacksOffExponentially) {
  const double most = 0.999999;
  EXPECT_NEAR(static_cast<double>(kSqsRetries.delay(ErrorClass::kTransient, 0, most).count()), 50e6, 1e3);
  EXPECT_NEAR(static_cast<double>(kSqsRetries.delay(ErrorClass::kTransient, 3, most).count()), 400e6, 1e3);
  EXPECT_NEAR(static_cast<double>(kDynamoDbRetries.delay(ErrorClass::kTransient, 0, most).count()), 25e6, 1e3);
  EXPECT_NEAR(static_cast<double>(kDynamoDbRetries.delay(ErrorClass::kThrottling, 1, most).count()), 2e9, 1e4);
  EXPECT_NEAR(static_cast<double>(kSqsRetries.delay(ErrorClass::kThrottling, 4'000'000'000U, most).count()), 20e9, 1e5);
  EXPECT_EQ(kSqsRetries.delay(ErrorClass::kTransient, 5, 0), runtime::Duration::zero());
  EXPECT_EQ(kSqsRetries.delay(ErrorClass::kTransient, 0, 0, seconds(2)), seconds(2));
  EXPECT_EQ(kSqsRetries.delay(ErrorClass::kTransient, 0, 0, seconds(60)), seconds(5));
}

// Goal: the costs, and what a success returns: the cost of the last retry, or one token; never more than the maximum.
TEST(RetryBudgetTest, IsSpentByRetriesAndRefilledByAnswers) {
  RetryBudget budget;
  budget.answered(0);
  EXPECT_EQ(budget.tokens(), 500);
  EXPECT_TRUE(budget.pay(RetryBudget::cost(ErrorClass::kTransient)));
  EXPECT_TRUE(budget.pay(RetryBudget::cost(ErrorClass::kThrottling)));
  EXPECT_EQ(budget.tokens(), 481);
  budget.answered(5);
  EXPECT_EQ(budget.tokens(), 486);
  budget.answered(0);
  EXPECT_EQ(budget.tokens(), 487);
  while (budget.pay(14)) {
  }
  EXPECT_EQ(budget.tokens(), 487 % 14);
  EXPECT_TRUE(budget.pay(5));
}

class RetryTest : public ClientTest {
 protected:
  // Makes calls that always fail, until a call is not retried any more. Returns how many requests they sent.
  std::size_t exhaust_budget() {
    for (;;) {
      const std::size_t before = wire_.requests().size();
      for (int i = 0; i < 3; ++i) {
        wire_.answer(503, "");
      }
      failure(a_call());
      const std::size_t sent = wire_.requests().size() - before;
      wire_.forget();
      if (sent == 1) {
        return wire_.requests().size();
      }
    }
  }
};

// Goal: when the budget is used up a call is sent once; a successful call earns a retry for a later one.
TEST_F(RetryTest, StopsRetryingWhenTheBudgetIsSpent) {
  // 35 retries at 14 tokens each: 17 calls with two retries, one with one, and one without.
  EXPECT_EQ(exhaust_budget(), 17U * 3 + 2 + 1);
  const Error::Facts facts = [this] {
    wire_.answer(503, "");
    return failure(a_call());
  }();
  EXPECT_EQ(facts.attempts, 1U);
  EXPECT_TRUE(facts.retryable);
  EXPECT_TRUE(retries_ > 0);
  for (int i = 0; i < 4; ++i) {  // 10 tokens are left.
    wire_.answer(200, "{}");
    loop_.run(client_.call(a_call()));
  }
  wire_.answer(503, "");
  wire_.answer(200, "{}");
  loop_.run(client_.call(a_call()));
  EXPECT_EQ(wire_.left(), 0U);
}

// Goal: a retry that succeeds costs nothing: its cost is returned.
TEST_F(RetryTest, GetsBackWhatAHelpfulRetryCost) {
  for (int i = 0; i < 1'000; ++i) {
    wire_.answer(503, "");
    wire_.answer(200, "{}");
    loop_.run(client_.call(a_call()));
  }
  EXPECT_EQ(wire_.requests().size(), 2'000U);
}

// Goal: a long poll without budget for a retry waits before it fails; another call does not.
TEST_F(RetryTest, ALongPollWaitsEvenWithoutBudget) {
  exhaust_budget();
  const auto longest = [this](bool is_long_poll) {
    runtime::Duration most{};
    for (int i = 0; i < 20; ++i) {
      wire_.answer(503, "");
      Call call = a_call();
      call.is_long_poll = is_long_poll;
      const runtime::TimePoint begun = loop_.clock().now();
      failure(std::move(call));
      most = std::max(most, loop_.clock().now() - begun);
    }
    return most;
  };
  EXPECT_EQ(longest(false), runtime::Duration::zero());
  EXPECT_GT(longest(true), milliseconds(20));
  EXPECT_LE(longest(true), milliseconds(50));
}

// Goal: the user's number of attempts takes precedence over the service's, and the caller's over both.
TEST_F(RetryTest, ObeysTheUsersAttempts) {
  Target target = here();
  target.retries.attempts = 5;
  ServiceClient client = make(target);
  const auto attempts = [&](unsigned wanted) {
    wire_.forget();
    for (int i = 0; i < 9; ++i) {
      wire_.answer(503, "");
    }
    return failure(client, a_call(wanted)).attempts;
  };
  EXPECT_EQ(attempts(0), 5U);
  EXPECT_EQ(attempts(2), 2U);
  EXPECT_EQ(attempts(7), 7U);
  target.retries.attempts = 1;
  ServiceClient once = make(target);
  wire_.forget();
  wire_.answer(503, "");
  EXPECT_EQ(failure(once, a_call()).attempts, 1U);
}

// Goal: in adaptive mode a throttle slows all calls of the client down; in standard mode only its own call.
TEST_F(RetryTest, AdaptiveModeSlowsDownAfterAThrottle) {
  Target target = here();
  const auto duration_of_ten_calls = [&](RetryMode mode) {
    target.retries.mode = mode;
    ServiceClient client = make(target);
    wire_.answer(400, std::string(kThrottledAnswer));
    failure(client, a_call(1));
    const runtime::TimePoint begun = loop_.clock().now();
    for (int i = 0; i < 10; ++i) {
      wire_.answer(200, "{}");
      loop_.run(client.call(a_call()));
    }
    return loop_.clock().now() - begun;
  };
  EXPECT_EQ(duration_of_ten_calls(RetryMode::kStandard), runtime::Duration::zero());
  EXPECT_GT(duration_of_ten_calls(RetryMode::kAdaptive), seconds(2));  // The first token alone takes this long.
}

}  // namespace
}  // namespace ekiden::aws
