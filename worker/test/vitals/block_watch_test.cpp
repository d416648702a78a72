#include "vitals/block_watch.hpp"

#include <ekiden/runtime/simulated/clock.hpp>
#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// The test plays the loop: it moves the time, and fires what is due only while the loop runs.
class BlockWatchTest : public testing::Test {
 protected:
  BlockWatchTest()
      : subscription_(events_.subscribe([this](const runtime::Event& event) {
          reports_.push_back(std::string(std::get<std::string_view>(event.values[0])) + " " +
                             std::string(std::get<std::string_view>(event.values[1])) + " " +
                             std::to_string(std::get<double>(event.values[2])).substr(0, 4));
        })) {}

  /// The loop runs for this time, with nothing to do but timers.
  void idle(runtime::Duration time) {
    const runtime::TimePoint end = time_.now + time;
    while (clock_.next_expiry() && *clock_.next_expiry() <= end) {
      time_.now = std::max(time_.now, *clock_.next_expiry());
      clock_.fire();
    }
    time_.now = end;
  }
  /// Something keeps the loop from running for this time.
  void block(runtime::Duration time) { time_.now += time; }
  void finish(std::string_view queue, std::string_view message) {
    watch_.ended();
    watch_.returned(queue, message, time_.now);
  }

  runtime::VirtualTime time_;
  runtime::SimulatedClock clock_{time_};
  runtime::Events events_;
  std::vector<std::string> reports_;  // "QUEUE MESSAGE SECONDS"
  runtime::Events::Subscription subscription_;
  BlockWatch watch_{clock_, events_};
};

// Goal: a handler that blocks the loop until it ends is reported once, with its queue, its message and the time.
TEST_F(BlockWatchTest, ReportsAHandlerThatBlocksUntilItsEnd) {
  watch_.began("news");
  block(3s);
  finish("news", "m-1");
  idle(1min);
  EXPECT_THAT(reports_, ElementsAre("news m-1 3.00"));
}

// Goal: a handler that blocks in a later step, and does not end, is reported when the loop runs again.
TEST_F(BlockWatchTest, ReportsAHandlerThatBlocksInTheMiddle) {
  watch_.began("news");
  idle(10min);
  block(2s);
  idle(1min);
  EXPECT_THAT(reports_, ElementsAre("news  2.00"));
}

// Goal: a handler that only waits is never reported, however long, and neither are many short ones.
TEST_F(BlockWatchTest, ReportsNoHandlerThatWaits) {
  watch_.began("news");
  idle(12h);
  finish("news", "m-1");
  for (int i = 0; i < 1'000; ++i) {
    watch_.began("news");
    block(3ms);
    finish("news", "m-2");
    if (i % 50 == 0) {
      idle(1ms);
    }
  }
  EXPECT_THAT(reports_, IsEmpty());
}

// Goal: an idle loop with no handler is no blocked loop, and no alarm is left in it.
TEST_F(BlockWatchTest, LeavesAnIdleLoopAlone) {
  watch_.began("news");
  finish("news", "m-1");
  idle(1h);
  EXPECT_FALSE(clock_.next_expiry());
  watch_.began("news");
  block(10ms);
  finish("news", "m-2");
  EXPECT_THAT(reports_, IsEmpty());
}

// Goal: of two queues, the one whose handler blocked is named, and only that one.
TEST_F(BlockWatchTest, NamesTheQueueThatBlocked) {
  watch_.began("slow");
  watch_.began("news");
  block(5s);
  finish("slow", "m-1");
  finish("news", "m-2");
  idle(1min);
  EXPECT_THAT(reports_, ElementsAre("slow m-1 5.00"));
}

}  // namespace
}  // namespace ekiden::worker
