#include <ekiden/runtime/backoff.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace ekiden::runtime {
namespace {

using namespace std::chrono_literals;

constexpr Backoff kBackoff{.initial = 50ms, .max = 5s};

// Goal: the bound doubles from `initial` up to `max`, also if `max` is not a multiple of `initial`.
TEST(BackoffTest, DoublesUpToTheMost) {
  EXPECT_EQ(kBackoff.ceiling(0), 50ms);
  EXPECT_EQ(kBackoff.ceiling(1), 100ms);
  EXPECT_EQ(kBackoff.ceiling(6), 3200ms);
  EXPECT_EQ(kBackoff.ceiling(7), 5s);
}

// Goal: any number of failures gives at most `max`, without an overflow; an empty Backoff gives 0.
TEST(BackoffTest, ToleratesAnyNumberOfFailures) {
  EXPECT_EQ(kBackoff.ceiling(std::numeric_limits<unsigned>::max()), 5s);
  EXPECT_EQ((Backoff{.initial = 1ns, .max = Duration::max() / 2}.ceiling(1000)), Duration::max() / 2);
  EXPECT_EQ((Backoff{.initial = 0s, .max = 5s}.ceiling(1000)), 0s);
  EXPECT_EQ((Backoff{.initial = 10s, .max = 5s}.ceiling(0)), 5s);
}

// Goal: a delay is in the upper half of the bound, a full jitter anywhere below it; both vary.
TEST(BackoffTest, Jitters) {
  Random random(7);
  Duration least = 5s;
  Duration most = 0s;
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = kBackoff.delay(random, 7);
    EXPECT_GE(delay, 2500ms);
    EXPECT_LE(delay, 5s);
    const Duration jitter = kBackoff.full_jitter(random, 7);
    EXPECT_GE(jitter, 0s);
    EXPECT_LE(jitter, 5s);
    least = std::min({least, jitter});
    most = std::max({most, jitter});
  }
  EXPECT_LT(least, 500ms);
  EXPECT_GT(most, 4500ms);
}

}  // namespace
}  // namespace ekiden::runtime
