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
  // A batch alone, throttled or not, as soon as one may leave.
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

// Goal: as many batches as ever are under way while nothing is throttled; the end of one lets the next go.
TEST_F(WritePaceTest, HoldsNobodyBackWithoutAThrottle) {
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

// Goal: a round of batches that are throttled together halves their number once, not once for each.
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

// Goal: a table that takes nothing is asked ever more rarely, every few seconds in the end.
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

// Goal: a table that takes a part of each batch is not asked more rarely each time: that would leave its capacity
// unused.
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

// Goal: once the table takes everything again, the pauses go, then one batch a second comes back; the end is told once.
TEST_F(WritePaceTest, SpeedsUpAgain) {
  for (int i = 0; i < 20; ++i) {
    one(true);
  }
  EXPECT_EQ(pace.pause(), 5s);
  const runtime::TimePoint good_again = loop.clock().now();
  std::vector<Change> told;
  while (loop.clock().now() < good_again + 1min) {
    const std::size_t before = pace.limit();
    told.push_back(one(false));
    EXPECT_LE(pace.limit(), before + 1);
    loop.run_for(10ms);
  }
  EXPECT_EQ(pace.limit(), kWriteBatchesMax);
  EXPECT_EQ(pace.pause(), 0s);
  EXPECT_EQ(std::ranges::count(told, Change::kRecovered), 1);
  EXPECT_EQ(std::ranges::count(told, Change::kNone), static_cast<std::ptrdiff_t>(told.size()) - 1);
  EXPECT_EQ(one(true), Change::kSlowed);
}

// Goal: at the edge of its capacity a table throttles again and again; that is told once.
TEST_F(WritePaceTest, TheEdgeOfTheCapacityIsToldOnce) {
  int told = 0;
  for (int i = 0; i < 60; ++i) {
    for (int successes = 0; successes < 5; ++successes) {
      told += one(false) == Change::kNone ? 0 : 1;
      loop.run_for(1s);
    }
    told += one(true) == Change::kNone ? 0 : 1;
  }
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace ekiden::worker
