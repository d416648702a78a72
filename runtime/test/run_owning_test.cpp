#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/simulated/loop.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace ekiden::runtime {
namespace {

using namespace std::chrono_literals;

struct Story {
  SimulatedLoop loop;
  std::string steps;
};

Task<> sleep_and_tell(Story& story, Duration time, std::string word) {
  co_await story.loop.clock().sleep_for(time);
  story.steps += word;
}

Task<int> yield_seven(Story& story) {
  co_await sleep_and_tell(story, 1s, "work ");
  co_return 7;
}

Task<> fail(Story& story) {
  co_await sleep_and_tell(story, 1s, "work ");
  throw std::runtime_error("broken");
}

Task<> clean_up(Story& story) { return sleep_and_tell(story, 1s, "clean "); }

// Goal: after a success the clean-up runs, and the result is returned.
TEST(RunOwningTest, CleansUpAfterASuccess) {
  Story story;
  const int result = story.loop.run(run_owning(yield_seven(story), [&story] { return clean_up(story); }));
  EXPECT_EQ(result, 7);
  EXPECT_EQ(story.steps, "work clean ");
}

// Goal: after a failure the clean-up runs to its end; then the failure is thrown.
TEST(RunOwningTest, CleansUpAfterAFailure) {
  Story story;
  EXPECT_THROW(story.loop.run(run_owning(fail(story), [&story] { return clean_up(story); })), std::runtime_error);
  EXPECT_EQ(story.steps, "work clean ");
}

Task<> fail_to_clean_up(Story& story) {
  co_await sleep_and_tell(story, 1s, "clean ");
  throw std::logic_error("not clean");
}

// Goal: of two failures the first is thrown; if only the clean-up fails, its failure is thrown.
TEST(RunOwningTest, ThrowsTheFirstFailure) {
  Story story;
  EXPECT_THROW(story.loop.run(run_owning(fail(story), [&story] { return fail_to_clean_up(story); })),
               std::runtime_error);
  EXPECT_THROW(story.loop.run(run_owning(yield_seven(story), [&story] { return fail_to_clean_up(story); })),
               std::logic_error);
  EXPECT_EQ(story.steps, "work clean work clean ");
}

Task<> own(Story& story, Shielding shielding, std::string& ended) {
  try {
    co_await run_owning(sleep_and_tell(story, 10s, "work "), [&story] { return clean_up(story); }, shielding);
    ended = "ended";
  } catch (const boost::system::system_error&) {
    ended = "cancelled";
  }
}

Task<> cancel_at(Story& story, std::vector<Duration> times, Shielding shielding, std::string& ended) {
  TaskGroup group(story.loop.env().executor);
  const TaskGroup::Handle owner = group.spawn(own(story, shielding, ended));
  Duration last{};
  for (const Duration time : times) {
    co_await story.loop.clock().sleep_for(time - last);
    last = time;
    owner.cancel();
  }
  co_await group.join();
}

// Goal: the clean-up runs after a cancellation, and a second cancellation does not interrupt it.
TEST(RunOwningTest, IsDeafWhileItCleansUpAfterACancellation) {
  Story story;
  std::string ended;
  story.loop.run(cancel_at(story, {5s, 5500ms}, Shielding::kAfterFailure, ended));
  EXPECT_EQ(ended, "cancelled");
  EXPECT_EQ(story.steps, "clean ");
}

// Goal: a clean-up after a success can be cancelled, unless it is always shielded.
TEST(RunOwningTest, ListensWhileItCleansUpAfterASuccessUnlessTold) {
  Story heard;
  std::string ended;
  heard.loop.run(cancel_at(heard, {10500ms}, Shielding::kAfterFailure, ended));
  EXPECT_EQ(ended, "cancelled");
  EXPECT_EQ(heard.steps, "work ");
  Story deaf;
  deaf.loop.run(cancel_at(deaf, {10500ms}, Shielding::kAlways, ended));
  EXPECT_EQ(ended, "ended");
  EXPECT_EQ(deaf.steps, "work clean ");
}

Task<> hold(Story& story, TaskGroup& tasks) {
  tasks.spawn(sleep_and_tell(story, 1h, "never "));
  tasks.spawn(sleep_and_tell(story, 2s, "task "));
  co_await story.loop.clock().sleep_for(3s);
  throw std::runtime_error("broken");
}

Task<> own_tasks(Story& story, std::size_t& left) {
  TaskGroup tasks(story.loop.env().executor);
  std::exception_ptr failure;
  try {
    co_await run_owning(tasks, hold(story, tasks));
  } catch (...) {
    failure = std::current_exception();
  }
  left = tasks.size();
  std::rethrow_exception(failure);
}

// Goal: if the work fails, its tasks are cancelled and joined before the failure is thrown.
TEST(RunOwningTest, LeavesNoTaskBehind) {
  Story story;
  std::size_t left = 1;
  EXPECT_THROW(story.loop.run(own_tasks(story, left)), std::runtime_error);
  EXPECT_EQ(left, 0U);
  EXPECT_EQ(story.steps, "task ");
}

Task<> join_all(Story& story, std::size_t& left) {
  TaskGroup tasks(story.loop.env().executor);
  tasks.spawn(sleep_and_tell(story, 1h, "never "));
  std::exception_ptr failure;
  try {
    co_await join_owning(tasks);
  } catch (...) {
    failure = std::current_exception();
  }
  left = tasks.size();
}

Task<> cancel_join(Story& story, std::size_t& left) {
  TaskGroup group(story.loop.env().executor);
  const TaskGroup::Handle owner = group.spawn(join_all(story, left));
  co_await story.loop.clock().sleep_for(1s);
  owner.cancel();
  co_await group.join();
}

// Goal: cancelling the caller during the join cancels the tasks, too.
TEST(RunOwningTest, TakesTheTasksAlongWhenItIsCancelledAtTheJoin) {
  Story story;
  std::size_t left = 1;
  story.loop.run(cancel_join(story, left));
  EXPECT_EQ(left, 0U);
  EXPECT_EQ(story.steps, "");
}

}  // namespace
}  // namespace ekiden::runtime
