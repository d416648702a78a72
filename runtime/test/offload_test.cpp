#include <ekiden/runtime/offload.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace ekiden::runtime {
namespace {

Task<> work(Offload& offload, std::thread::id& ran_on, int& sum, bool& caught) {
  sum = co_await offload.run([&ran_on] {
    ran_on = std::this_thread::get_id();
    return 42;
  });
  try {
    co_await offload.run([]() -> int { throw std::runtime_error("inside"); });
  } catch (const std::runtime_error&) {
    caught = true;
  }
}

// Goal: the function runs on another thread; its result or exception reaches the caller.
TEST(OffloadTest, RunsElsewhereAndComesHome) {
  boost::asio::io_context context;
  ThreadOffload offload(2);
  std::thread::id ran_on;
  int sum = 0;
  bool caught = false;
  TaskGroup group(context.get_executor());
  group.spawn(work(offload, ran_on, sum, caught));
  context.run();
  EXPECT_EQ(sum, 42);
  EXPECT_TRUE(caught);
  EXPECT_NE(ran_on, std::this_thread::get_id());
}

Task<> slow(Offload& offload, int& finished) {
  int local = 0;
  co_await offload.run([&local] {
    for (int i = 0; i < 1'000; ++i) {
      std::this_thread::yield();
      ++local;
    }
  });
  finished = local;
}

// Goal: cancelling the caller does not free its frame while the function runs.
TEST(OffloadTest, ACancelledCallerWaitsForItsFunction) {
  boost::asio::io_context context;
  ThreadOffload offload(1);
  int finished = 0;
  TaskGroup group(context.get_executor());
  const auto handle = group.spawn(slow(offload, finished));
  context.poll();
  handle.cancel();
  context.run();
  EXPECT_TRUE(handle.ended());
  EXPECT_EQ(group.size(), 0U);
}

// Goal: in a simulation the result comes later, never at once.
TEST(OffloadTest, SimulatedResultTakesVirtualTime) {
  SimulatedLoop loop;
  std::thread::id ran_on;
  int sum = 0;
  bool caught = false;
  loop.run(work(loop.env().offload, ran_on, sum, caught));
  EXPECT_EQ(sum, 42);
  EXPECT_TRUE(caught);
  EXPECT_GT(loop.clock().now().time_since_epoch().count(), 0);
}

}  // namespace
}  // namespace ekiden::runtime
