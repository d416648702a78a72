#include "memory/memory_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "start/preflight.hpp"

namespace ekiden::worker {
namespace {

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;

MemoryLimit limit(std::uint64_t mebibytes) {
  return {.bytes = mebibytes * kMebi, .source = "cgroup memory.max", .used = 16 * kMebi};
}

// Goal: without a limit the budget is unbounded.
TEST(MemoryPlanTest, BoundsNothingWithoutALimit) {
  EXPECT_FALSE(plan_memory(std::nullopt, 1, "news", kMebi).bounded());
}

// Goal: messages get nine tenths of the limit, less the memory in use and 12 MiB. Several queues share that.
TEST(MemoryPlanTest, LeavesWhatTheProgramNeeds) {
  EXPECT_EQ(plan_memory(limit(100), 1, "news", kMebi).bytes(), (90 - 16 - 12) * kMebi);
  EXPECT_EQ(plan_memory(limit(130), 3, "news", kMebi).bytes(), (117 - 28 - 4) * kMebi / 3);
}

// Goal: a limit that is too small for one message is rejected, and the limit that the error proposes is sufficient.
TEST(MemoryPlanTest, RefusesALimitThatHoldsNoMessage) {
  try {
    plan_memory(limit(35), 1, "news", kMebi);
    FAIL() << "accepted";
  } catch (const StartError& error) {
    EXPECT_STREQ(
        error.what(),
        "the memory limit of 35 MiB (cgroup memory.max) is too small: this program needs 28 MiB, one message "
        "of queue news (up to 1 MiB) needs 5 MiB, and 10 % must stay free. Set the limit to 36 MiB or more, or "
        "lower the queue's MaximumMessageSize");
  }
  EXPECT_GE(plan_memory(limit(36), 1, "news", kMebi).bytes(), MemoryBudget::cost_of(kMebi));
  EXPECT_GT(plan_memory(limit(36), 1, "news", 64 * 1024).batch_max(), 1U);
  EXPECT_THROW(plan_memory(limit(1), 1, "news", 1024), StartError);
  EXPECT_THROW(plan_memory(limit(36), 2, "news", kMebi), StartError);
}

}  // namespace
}  // namespace ekiden::worker
