// The rate of a throttled client, in virtual time.
#include <ekiden/aws/call/rate_limiter.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ekiden::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RateLimiterTest : public testing::Test {
 protected:
  void answer_at(milliseconds when, bool throttled = false) {
    loop_.run_until(runtime::TimePoint(when));
    limiter_.answered(throttled);
  }

  runtime::SimulatedLoop loop_{1};
  RateLimiter limiter_{loop_.clock()};
};

// Goal: the measured and the allowed rate follow the formulas. Method: an answer every 0.2 s, the tenth is a throttle;
// the expected values were computed by hand.
TEST_F(RateLimiterTest, FollowsTheCurve) {
  struct Step {
    int milliseconds;
    bool throttled;
    double measured;
    double rate;
  };
  const double plateau = std::cbrt(4.3264 * 0.3 / 0.4);
  const auto cubic = [plateau](double since) { return 0.4 * std::pow(since - plateau, 3) + 4.3264; };
  const std::vector<Step> steps{
      {200, false, 0, 0.5},
      {400, false, 0, 0.5},
      {600, false, 4.8, 0.5},
      {800, false, 4.8, 0.5},
      {1000, false, 4.16, 0.5},
      {1200, false, 4.16, 0.6912},
      {1400, false, 4.16, 1.0976},
      {1600, false, 5.632, 1.6384},
      {1800, false, 5.632, 2.3328},
      {2000, true, 4.3264, 3.02848},
      {2200, false, 4.3264, cubic(0.2)},
      {2400, false, 4.3264, cubic(0.4)},
  };
  for (const Step& step : steps) {
    answer_at(milliseconds(step.milliseconds), step.throttled);
    EXPECT_NEAR(limiter_.measured_rate(), step.measured, 1e-6) << step.milliseconds;
    EXPECT_NEAR(limiter_.rate(), step.rate, 1e-6) << step.milliseconds;
    EXPECT_EQ(limiter_.enabled(), step.milliseconds >= 2000);
  }
}

// Goal: the rate never exceeds twice the measured rate, however long ago the last throttle was.
TEST_F(RateLimiterTest, GrowsNoFasterThanItIsUsed) {
  answer_at(milliseconds(500), true);
  for (int i = 1; i <= 60; ++i) {
    answer_at(milliseconds(500 + 1'000 * i));
  }
  EXPECT_NEAR(limiter_.measured_rate(), 1.0, 0.01);
  EXPECT_NEAR(limiter_.rate(), 2.0, 0.02);
}

// Goal: a second throttle lowers the rate again, down to one request in two seconds.
TEST_F(RateLimiterTest, FallsToItsLeastRate) {
  for (int i = 0; i < 50; ++i) {
    answer_at(milliseconds(100 * i), true);
  }
  EXPECT_EQ(limiter_.rate(), 0.5);
}

// Goal: no request waits before the first throttle; afterwards requests leave at the rate, however many wait.
TEST_F(RateLimiterTest, LetsRequestsGoAtTheRate) {
  const auto request = [](RateLimiter& limiter, std::vector<double>& left, runtime::Clock& clock) -> Task<> {
    co_await limiter.acquire();
    left.push_back(std::chrono::duration<double>(clock.now().time_since_epoch()).count());
  };
  std::vector<double> left;
  runtime::TaskGroup group(loop_.context().get_executor());
  for (int i = 0; i < 100; ++i) {
    group.spawn(request(limiter_, left, loop_.clock()));
  }
  loop_.run(group.join());
  EXPECT_EQ(left.size(), 100U);
  EXPECT_EQ(left.back(), 0.0);

  left.clear();
  for (int i = 0; i < 50; ++i) {
    answer_at(milliseconds(10 * i));
  }
  answer_at(seconds(1), true);
  const double rate = limiter_.rate();
  for (int i = 0; i < 100; ++i) {
    group.spawn(request(limiter_, left, loop_.clock()));
  }
  loop_.run(group.join());
  ASSERT_EQ(left.size(), 100U);
  EXPECT_NEAR((left.back() - left.front()) * rate, 99.0, 1.0 + rate);
}

}  // namespace
}  // namespace ekiden::aws
