#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/mailbox.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/supervisor.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ekiden::testkit {
namespace {

using namespace std::chrono_literals;
using runtime::Mailbox;
using runtime::TaskGroup;

// Tasks whose frames refer to each other: children that wait on an object in their parent's frame.
Task<> child(runtime::Clock& clock, Mailbox<int>& mailbox, int& received) {
  for (;;) {
    const std::optional<int> value = co_await mailbox.receive();
    if (!value) {
      co_return;
    }
    received += *value;
    co_await clock.sleep_for(1ms);
  }
}

Task<> parent(Process& process, int& lives) {
  ++lives;
  Mailbox<int> mailbox(3);
  int received = 0;
  TaskGroup children(process.env().executor);
  std::exception_ptr failure;
  try {
    for (int i = 0; i < 4; ++i) {
      children.spawn(child(process.clock(), mailbox, received));
    }
    for (int i = 0;; ++i) {
      co_await mailbox.send(i);
      const auto pause = runtime::Duration(process.random().between(0, 2'000'000));
      co_await process.clock().sleep_for(pause);
      co_await process.env().offload.run([i] { return i; });
    }
  } catch (...) {
    failure = std::current_exception();
  }
  co_await runtime::shield();
  mailbox.close();
  co_await children.join();
  std::rethrow_exception(failure);
}

// Goal: after a crash at any step all tasks have unwound (under ASan), and the next life starts without tasks.
TEST(SimulationTest, CrashesCleanlyAtAnyStep) {
  for (std::uint64_t at = 0; at < 120; ++at) {
    int lives = 0;
    Simulation simulation(at);
    Process& process = simulation.process("p");
    simulation.start(process, [&lives](Process& self) { return parent(self, lives); });
    ASSERT_TRUE(simulation.run_while([&] { return simulation.steps() < at; }));
    simulation.crash(process);
    EXPECT_FALSE(process.running());
    EXPECT_EQ(simulation.unclean_crashes(), 0U);
    simulation.restart(process);
    simulation.run_for(10ms);
    EXPECT_TRUE(process.running());
    EXPECT_EQ(lives, 2);
  }
}

Task<> wait_forever(Process& process) {
  (void)process;
  runtime::Condition never;
  co_await never.wait();
}

Task<> deaf(Process& process) {
  co_await runtime::shield();
  co_await process.clock().sleep_for(100h);
}

// Goal: a task that cannot be cancelled does not block the simulation: it is destroyed, and the crash counts as
// unclean.
TEST(SimulationTest, DestroysWhatDoesNotUnwind) {
  Simulation simulation(1);
  simulation.start(simulation.process("good"), wait_forever(simulation.process("good")));
  simulation.start(simulation.process("deaf"), deaf(simulation.process("deaf")));
  simulation.run_for(1s);
  simulation.crash(simulation.process("good"));
  EXPECT_EQ(simulation.unclean_crashes(), 0U);
  simulation.crash(simulation.process("deaf"));
  EXPECT_EQ(simulation.unclean_crashes(), 1U);
}

Task<> note_times(Process& process, std::vector<std::string>& journal, runtime::Duration pause) {
  for (int i = 0; i < 3; ++i) {
    co_await process.clock().sleep_for(pause);
    journal.push_back(process.name());
  }
}

// Goal: all processes share one virtual time, and twelve virtual hours take almost no real time.
TEST(SimulationTest, ProcessesShareOneTime) {
  std::vector<std::string> journal;
  Simulation simulation(3);
  simulation.start(simulation.process("a"), note_times(simulation.process("a"), journal, 2h));
  simulation.start(simulation.process("b"), note_times(simulation.process("b"), journal, 3h));
  simulation.run_until(runtime::TimePoint(12h));
  EXPECT_EQ(journal.size(), 6U);
  EXPECT_EQ(journal[0], "a");
  EXPECT_EQ(journal[1], "b");
  EXPECT_EQ(simulation.now().time_since_epoch(), 12h);
}

// Goal: skew changes the wall clock of one process, but not its monotonic clock.
TEST(SimulationTest, SkewConcernsWallTimeOnly) {
  Simulation simulation(1);
  Process& exact = simulation.process("exact");
  Process& wrong = simulation.process("wrong", {.skew = 5min});
  simulation.run_for(1s);
  EXPECT_EQ(wrong.clock().wall_now() - exact.clock().wall_now(), 5min);
  EXPECT_EQ(wrong.clock().now(), exact.clock().now());
}

std::uint64_t hash_of_run(std::uint64_t seed) {
  int lives = 0;
  Simulation simulation(seed);
  for (const char* name : {"a", "b", "c"}) {
    Process& process = simulation.process(name);
    simulation.start(process, [&lives](Process& self) { return parent(self, lives); });
    simulation.after(simulation.random().between(1, 20) * 1ms, [&simulation, &process] {
      simulation.crash(process);
      simulation.restart(process);
    });
  }
  simulation.run_for(50ms);
  return simulation.trace_hash();
}

// Goal: the same seed repeats the run; another seed gives another run.
TEST(SimulationTest, ASeedRepeatsItsRun) {
  EXPECT_EQ(hash_of_run(11), hash_of_run(11));
  EXPECT_NE(hash_of_run(11), hash_of_run(12));
}

Task<> fall(Process& process) {
  co_await process.clock().sleep_for(1s);
  throw std::runtime_error("fell");
}

// Goal: no exception of a task is lost: the run...() call rethrows it.
TEST(SimulationTest, RethrowsWhatATaskThrew) {
  Simulation simulation(1);
  simulation.start(simulation.process("p"), fall(simulation.process("p")));
  EXPECT_THROW(simulation.run_for(2s), std::runtime_error);
}

Task<> crash_myself(Simulation& simulation, Process& process, bool& survived) {
  simulation.crash(process);
  co_await process.clock().sleep_for(1ms);
  survived = true;
}

// Goal: a process can be crashed from its own step, and then ends right after that step.
TEST(SimulationTest, CrashFromInsideComesAfterTheStep) {
  bool survived = false;
  Simulation simulation(1);
  Process& process = simulation.process("p");
  simulation.start(process, crash_myself(simulation, process, survived));
  simulation.run_for(1s);
  EXPECT_FALSE(survived);
  EXPECT_EQ(process.crashes(), 1U);
}

Task<> tick(Process& process, std::vector<std::int64_t>& seconds) {
  for (;;) {
    co_await process.clock().sleep_for(1s);
    seconds.push_back(process.clock().now().time_since_epoch() / 1s);
  }
}

// Goal: a suspended process makes no step, and goes on in the time of all others.
TEST(SimulationTest, ASuspendedProcessGoesOnLater) {
  std::vector<std::int64_t> suspended;
  std::vector<std::int64_t> other;
  Simulation simulation(1);
  Process& process = simulation.process("p");
  simulation.start(process, tick(process, suspended));
  simulation.start(simulation.process("q"), tick(simulation.process("q"), other));
  simulation.after(1500ms, [&] { simulation.suspend(process); });
  simulation.after(4500ms, [&] { simulation.resume(process); });
  simulation.run_for(6s);
  EXPECT_EQ(suspended, (std::vector<std::int64_t>{1, 4, 5}));
  EXPECT_EQ(other, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
}

// Goal: a process that is killed while it is suspended starts again.
TEST(SimulationTest, ASuspendedProcessCanBeKilled) {
  std::vector<std::int64_t> seconds;
  Simulation simulation(1);
  Process& process = simulation.process("p");
  simulation.start(process, [&seconds](Process& self) { return tick(self, seconds); });
  simulation.suspend(process);
  simulation.run_for(3s);
  simulation.crash(process);
  EXPECT_EQ(simulation.unclean_crashes(), 0U);
  simulation.restart(process);
  simulation.run_for(1s);
  EXPECT_EQ(seconds, std::vector<std::int64_t>{4});
}

// Goal: a step of the wall clock moves no timer, and lasts longer than a crash.
TEST(SimulationTest, AStepOfTheWallClockMovesNoTimer) {
  std::vector<std::int64_t> seconds;
  Simulation simulation(1);
  Process& process = simulation.process("p");
  simulation.start(process, tick(process, seconds));
  const runtime::WallTime before = process.clock().wall_now();
  process.step_clock(-1h);
  simulation.run_for(2s);
  EXPECT_EQ(seconds, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(process.clock().wall_now(), before - 1h + 2s);
  simulation.crash(process);
  EXPECT_EQ(process.clock().wall_now(), before - 1h + 2s);
}

Task<> offload_for(Process& process, runtime::Duration time, bool& ended) {
  co_await process.env().offload.run([time] { runtime::SimulatedOffload::take(time); });
  ended = true;
}

// Goal: an offloaded function takes the time that it says, also if its caller is cancelled.
TEST(SimulationTest, AnOffloadedFunctionCannotBeCancelled) {
  Simulation simulation(1);
  Process& process = simulation.process("p");
  bool ended = false;
  TaskGroup tasks(process.env().executor);
  tasks.spawn(offload_for(process, 10s, ended));
  simulation.after(1s, [&] { tasks.cancel(); });
  simulation.run_for(9s);
  EXPECT_EQ(tasks.size(), 1U);
  simulation.run_for(2s);
  EXPECT_EQ(tasks.size(), 0U);
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace ekiden::testkit
