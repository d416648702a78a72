#include "write/write_pace.hpp"

#include <ekiden/runtime/simulated/loop.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using Change = WritePace::Change;

class WritePaceTest : public testing::Test {
 protected:
  // Sends one batch, throttled or not, as soon as one can leave.
  Change one(bool throttled) {
    wait_until_open();
    const std::size_t begun = pace.begin();
    const Change change = throttled ? pace.throttled(begun, false, random) : pace.succeeded(random);
    pace.ended();
    return change;
  }
  void wait_until_open() {
    if (const auto opens = pace.opens_at(); opens && *opens > loop.clock().now()) {
      loop.run_for(*opens - loop.clock().now());
    }
  }

  runtime::SimulatedLoop loop;
  runtime::Random random{1};
  WritePace pace{loop.clock()};
};

// Goal: without throttling, kWriteBatchesMax batches can be in flight. When one ends, the next can leave.
TEST_F(WritePaceTest, AllowsTheMaximumWithoutThrottling) {
  for (std::size_t i = 0; i < kWriteBatchesMax; ++i) {
    EXPECT_TRUE(pace.open());
    EXPECT_EQ(one(false), Change::kNone);
    pace.begin();
  }
  EXPECT_FALSE(pace.open());
  EXPECT_FALSE(pace.opens_at());
  pace.ended();
  EXPECT_TRUE(pace.open());
}

// Goal: batches that are throttled together halve the limit once, not once for each batch.
TEST_F(WritePaceTest, HalvesOncePerRound) {
  std::vector<std::size_t> round;
  for (std::size_t i = 0; i < kWriteBatchesMax; ++i) {
    round.push_back(pace.begin());
  }
  std::vector<Change> changes;
  for (const std::size_t begun : round) {
    changes.push_back(pace.throttled(begun, false, random));
    pace.ended();
  }
  EXPECT_EQ(pace.limit(), kWriteBatchesMax / 2);
  EXPECT_EQ(changes.front(), Change::kSlowed);
  EXPECT_EQ(std::ranges::count(changes, Change::kSlowed), 1);

  one(true);
  one(true);
  one(true);
  EXPECT_EQ(pace.limit(), 1U);
}

// Goal: while a table throttles everything, the pauses grow up to 5 s.
TEST_F(WritePaceTest, PausesGrowAtOneBatch) {
  const auto requests_in_a_minute = [this] {
    const runtime::TimePoint end = loop.clock().now() + 1min;
    int requests = 0;
    for (; loop.clock().now() < end; ++requests) {
      one(true);
    }
    return requests;
  };
  const int first = requests_in_a_minute();
  const int second = requests_in_a_minute();
  EXPECT_LT(first, 40);
  EXPECT_LT(second, first);
  EXPECT_GE(second, 12);  // At most 5 s apart.
  EXPECT_LE(second, 25);
  one(true);
  EXPECT_FALSE(pace.open());
}

// Goal: while a table stores a part of each batch, the pause does not grow: that would leave capacity unused.
TEST_F(WritePaceTest, ProgressKeepsThePause) {
  for (int i = 0; i < 8; ++i) {
    one(true);
  }
  const runtime::Duration pause = pace.pause();
  EXPECT_GT(pause, 25ms);
  for (int i = 0; i < 8; ++i) {
    wait_until_open();
    pace.throttled(pace.begin(), true, random);
    pace.ended();
  }
  EXPECT_EQ(pace.pause(), pause);
}

// Goal: when throttling ends, the pauses end first, then the limit grows by one each second. The recovery is reported
// once.
TEST_F(WritePaceTest, SpeedsUpAgain) {
  for (int i = 0; i < 20; ++i) {
    one(true);
  }
  EXPECT_EQ(pace.pause(), 5s);
  const runtime::TimePoint good_again = loop.clock().now();
  std::vector<Change> changes;
  while (loop.clock().now() < good_again + 1min) {
    const std::size_t before = pace.limit();
    changes.push_back(one(false));
    EXPECT_LE(pace.limit(), before + 1);
    loop.run_for(10ms);
  }
  EXPECT_EQ(pace.limit(), kWriteBatchesMax);
  EXPECT_EQ(pace.pause(), 0s);
  EXPECT_EQ(std::ranges::count(changes, Change::kRecovered), 1);
  EXPECT_EQ(std::ranges::count(changes, Change::kNone), static_cast<std::ptrdiff_t>(changes.size()) - 1);
  EXPECT_EQ(one(true), Change::kSlowed);
}

// Goal: a table at the limit of its capacity throttles again and again; that is reported once.
TEST_F(WritePaceTest, RepeatedThrottlingIsReportedOnce) {
  int changes = 0;
  for (int i = 0; i < 60; ++i) {
    for (int successes = 0; successes < 5; ++successes) {
      changes += one(false) == Change::kNone ? 0 : 1;
      loop.run_for(1s);
    }
    changes += one(true) == Change::kNone ? 0 : 1;
  }
  EXPECT_EQ(changes, 1);
}

}  // namespace
}  // namespace ekiden::worker
