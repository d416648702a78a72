#include <ekiden/process/restart_policy.hpp>

#include <gtest/gtest.h>

namespace ekiden::process {
namespace {

using namespace std::chrono_literals;

constexpr std::optional<runtime::Duration> kNoMore;

// Goal: a worker that crashes at once is awaited 1, 2, 4 and 8 s, and its fifth crash within a minute is the last.
TEST(RestartPolicyTest, DoublesTheDelayThenGivesUp) {
  RestartPolicy policy;
  runtime::TimePoint now{};
  for (const runtime::Duration delay : {1s, 2s, 4s, 8s}) {
    EXPECT_EQ(policy.after_crash(now, 0s), delay);
    now += delay;
  }
  EXPECT_EQ(policy.after_crash(now, 0s), kNoMore);
}

// Goal: who crashes now and then is started again for ever, at the most 30 s later.
TEST(RestartPolicyTest, NeverGivesUpOnWhoCrashesSeldom) {
  RestartPolicy policy;
  runtime::TimePoint now{};
  runtime::Duration longest{};
  for (int i = 0; i < 1'000; ++i) {
    now += 15s;
    const std::optional<runtime::Duration> delay = policy.after_crash(now, 15s);
    ASSERT_TRUE(delay.has_value()) << i;
    longest = std::max(longest, *delay);
    now += *delay;
  }
  EXPECT_EQ(longest, 30s);
}

// Goal: a worker that has lived a while is restarted as fast as one that crashes for the first time.
TEST(RestartPolicyTest, BeginsAnewOnceItHasLivedAWhile) {
  RestartPolicy policy;
  const runtime::TimePoint start{};
  EXPECT_EQ(policy.after_crash(start, 1s), 1s);
  EXPECT_EQ(policy.after_crash(start + 10s, 9s), 2s);
  EXPECT_EQ(policy.after_crash(start + 42s, 30s), 1s);
}

// Goal: the window is closed on its far side: a crash of a minute ago counts, an older one does not.
TEST(RestartPolicyTest, CountsTheCrashesOfOneWindow) {
  const RestartLimits limits{.first_delay = 1s, .delay_max = 1s, .settled = 1h, .crashes_max = 2, .window = 60s};
  RestartPolicy apart(limits);
  EXPECT_EQ(apart.after_crash(runtime::TimePoint{}, 0s), 1s);
  EXPECT_EQ(apart.after_crash(runtime::TimePoint{} + 60s + 1ns, 0s), 1s);
  RestartPolicy together(limits);
  EXPECT_EQ(together.after_crash(runtime::TimePoint{}, 0s), 1s);
  EXPECT_EQ(together.after_crash(runtime::TimePoint{} + 60s, 0s), kNoMore);
}

}  // namespace
}  // namespace ekiden::process
