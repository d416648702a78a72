#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/real_clock.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ekiden::runtime {
namespace {

using namespace std::chrono_literals;

Task<> note_after(Clock& clock, Duration time, std::string name, std::vector<std::string>& order) {
  co_await clock.sleep_for(time);
  order.push_back(std::move(name));
}

// Goal: tasks wake in the order of their times, and of their calls if times are equal.
TEST(ClockTest, WakesInOrderOfExpiryThenOfCall) {
  SimulatedLoop loop;
  TaskGroup group(loop.env().executor);
  std::vector<std::string> order;
  group.spawn(note_after(loop.clock(), 2h, "late", order));
  group.spawn(note_after(loop.clock(), 1s, "first", order));
  group.spawn(note_after(loop.clock(), 1s, "second", order));
  loop.run();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second", "late"}));
  EXPECT_EQ(loop.clock().now().time_since_epoch(), 2h);
}

// Goal: a cancelled sleep throws at once and leaves no timer behind.
TEST(ClockTest, CancelledSleepLeavesNoTimer) {
  SimulatedLoop loop;
  TaskGroup group(loop.env().executor);
  std::vector<std::string> order;
  const auto handle = group.spawn(note_after(loop.clock(), 10h, "never", order));
  loop.run_for(1s);
  handle.cancel();
  loop.run_for(1s);
  EXPECT_TRUE(handle.ended());
  EXPECT_TRUE(order.empty());
  EXPECT_FALSE(loop.clock().next_expiry().has_value());
}

// Goal: an alarm calls its callback once; a destroyed alarm never calls it.
TEST(ClockTest, AlarmFiresOnceUnlessTakenBack) {
  SimulatedLoop loop;
  int kept = 0;
  int dropped = 0;
  const Clock::Alarm alarm = loop.clock().call_at(loop.clock().now() + 1s, [&kept] { ++kept; });
  {
    const Clock::Alarm gone = loop.clock().call_at(loop.clock().now() + 1s, [&dropped] { ++dropped; });
  }
  loop.run();
  EXPECT_EQ(kept, 1);
  EXPECT_EQ(dropped, 0);
}

// Goal: the real clock waits for its earliest timer, also if that one was added last.
TEST(RealClockTest, ServesAnEarlierTimerAddedLater) {
  boost::asio::io_context context;
  RealClock clock(context.get_executor());
  TaskGroup group(context.get_executor());
  std::vector<std::string> order;
  group.spawn(note_after(clock, 20ms, "second", order));
  group.spawn(note_after(clock, 1ms, "first", order));
  context.run();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second"}));
}

Task<int> answer_after(Clock& clock, Duration time) {
  co_await clock.sleep_for(time);
  co_return 42;
}

// Goal: with_deadline() returns a result in time, and nothing after the deadline; the cancelled task has ended.
TEST(DeadlineTest, CutsOffWhatIsLate) {
  SimulatedLoop loop;
  const auto in_time = loop.run(with_deadline(loop.clock(), Duration(2s), answer_after(loop.clock(), 1s)));
  const auto late = loop.run(with_deadline(loop.clock(), Duration(2s), answer_after(loop.clock(), 3s)));
  EXPECT_EQ(in_time, 42);
  EXPECT_EQ(late, std::nullopt);
  EXPECT_FALSE(loop.clock().next_expiry().has_value());
}

Task<> wait_bounded(Clock& clock, bool& aborted, bool& cleaned) {
  try {
    co_await with_deadline(clock, Duration(1h), answer_after(clock, 2h));
  } catch (const boost::system::system_error& error) {
    aborted = error.code() == boost::asio::error::operation_aborted;
  }
  co_await shield();
  cleaned = co_await with_deadline(clock, Duration(1s), clock.sleep_for(1ms));
}

// Goal: cancelling the caller also cancels a task with a deadline, and shield() lets the caller await again.
TEST(DeadlineTest, PassesCancellationOnAndShieldAllowsCleanUp) {
  SimulatedLoop loop;
  TaskGroup group(loop.env().executor);
  bool aborted = false;
  bool cleaned = false;
  const auto handle = group.spawn(wait_bounded(loop.clock(), aborted, cleaned));
  loop.run_for(1s);
  handle.cancel();
  loop.run_for(1s);
  EXPECT_TRUE(handle.ended());
  EXPECT_TRUE(aborted);
  EXPECT_TRUE(cleaned);
}

Task<> race(Clock& clock, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    co_await with_deadline(clock, Duration(i % 2 == 0 ? 5ms : 15ms), clock.sleep_for(10ms));
  }
}

// Goal: thousands of races between a result and its deadline leave no timer behind.
TEST(DeadlineTest, TenThousandRacesLeaveNothingBehind) {
  SimulatedLoop loop;
  loop.run(race(loop.clock(), 10'000));
  EXPECT_EQ(loop.clock().now().time_since_epoch(), 5'000 * 5ms + 5'000 * 10ms);
  EXPECT_FALSE(loop.clock().next_expiry().has_value());
}

}  // namespace
}  // namespace ekiden::runtime
