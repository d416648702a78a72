#include <ekiden/process/restart_policy.hpp>

#include <gtest/gtest.h>

namespace ekiden::process {
namespace {

using namespace std::chrono_literals;

constexpr std::optional<runtime::Duration> kNoMore;

// Goal: a worker that always crashes at once is restarted after 1, 2, 4 and 8 s. After its fifth crash within a minute
// it is not restarted.
TEST(RestartPolicyTest, DoublesTheDelayThenGivesUp) {
  RestartPolicy policy;
  runtime::TimePoint now{};
  for (const runtime::Duration delay : {1s, 2s, 4s, 8s}) {
    EXPECT_EQ(policy.after_crash(now, 0s), delay);
    now += delay;
  }
  EXPECT_EQ(policy.after_crash(now, 0s), kNoMore);
}

// Goal: a worker that crashes rarely is restarted without limit, each time after at most 30 s.
TEST(RestartPolicyTest, NeverGivesUpOnRareCrashes) {
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

// Goal: a worker that has lived for 30 s is restarted as fast as after its first crash.
TEST(RestartPolicyTest, ForgetsCrashesAfterALongLife) {
  RestartPolicy policy;
  const runtime::TimePoint start{};
  EXPECT_EQ(policy.after_crash(start, 1s), 1s);
  EXPECT_EQ(policy.after_crash(start + 10s, 9s), 2s);
  EXPECT_EQ(policy.after_crash(start + 42s, 30s), 1s);
}

// Goal: a crash exactly one window ago counts, an older one does not.
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
