/// Simulation: several processes in virtual time; one seed decides everything.
#pragma once

#include <ekiden/runtime/random.hpp>
#include <ekiden/runtime/simulated/clock.hpp>
#include <ekiden/testkit/process.hpp>
#include <ekiden/testkit/sim_network.hpp>
#include <ekiden/testkit/trace.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::testkit {

/// Runs all processes in the calling thread, one step at a time, in an order that the seed decides. When no process can
/// make a step, it advances the time to the earliest timer of any process or of the network. The same seed and the same
/// program give the same run; compare trace_hash() to prove it. Example:
///
///   Simulation simulation(42);
///   Process& server = simulation.process("server");
///   simulation.start(server, local_server({}));
///   simulation.after(std::chrono::minutes(1), [&] { simulation.crash(server); });
///   simulation.run_for(std::chrono::minutes(5));
///
/// If a task throws, the run...() call that is running rethrows its exception.
class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);
  /// Crashes every process, the last one made first.
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  std::uint64_t seed() const { return seed_; }
  runtime::TimePoint now() const { return time_.now; }
  SimNetwork& network() { return *network_; }
  /// Random numbers for the scenario of the test.
  runtime::Random& random() { return scenario_; }

  /// The process of this name. The first call makes it, with `options`; later calls ignore `options`.
  Process& process(std::string_view name, ProcessOptions options = {});

  /// Starts a task in the process.
  void start(Process& process, Task<> task);
  /// Starts main(process) as its root task, and again at each restart(). The process keeps the function object.
  void start(Process& process, Process::Main main);
  /// Starts the process's main function again. start(process, main) must have been called before.
  void restart(Process& process);

  /// Ends the process as `kill -9` does, and begins its next life. Nothing runs in the new life until restart().
  ///
  /// Takes effect at once, or, if a step of the process itself calls it, right after that step. From then on nothing
  /// that the process does reaches network, disk or listeners. Its tasks are then cancelled and unwound without any
  /// effect, so that they release their memory in a safe order. Tasks that do not unwind within one hour of virtual
  /// time are destroyed, and unclean_crashes() counts the crash.
  void crash(Process& process);
  /// As crash(), and its disk loses what was not synced.
  void power_loss(Process& process);
  /// Causes a power loss at the disk's operation number `operations`, counted from now, instead of that operation.
  void power_loss_after(Process& process, std::uint64_t operations);
  /// Stops the process, as SIGSTOP does, until resume() or a crash. Its clocks go on. Its timers fire late, and what
  /// arrives waits for it.
  void suspend(Process& process);
  void resume(Process& process);
  /// Calls `action` after each crash, when the next life has begun; `action` can restart the process, at once or later.
  void on_crash(std::function<void(Process&)> action) { on_crash_ = std::move(action); }
  /// The number of crashes after which a task did not unwind when cancelled. Each one is a bug in that task.
  unsigned unclean_crashes() const { return unclean_crashes_; }

  /// Calls `action` at this time, between two steps. For faults and restarts.
  void at(runtime::TimePoint when, std::function<void()> action);
  void after(runtime::Duration time, std::function<void()> action) { at(now() + time, std::move(action)); }

  /// Runs until nothing is left to do before `limit`, then sets the time to `limit`.
  void run_until(runtime::TimePoint limit);
  void run_for(runtime::Duration time) { run_until(now() + time); }
  /// Moves the time on without a step, as if the machine had been suspended: every timer of this time fires late.
  void skip(runtime::Duration time);
  /// Runs while `wanted` returns true. Returns false if nothing was left to do before `limit` and `wanted` still
  /// returned true.
  bool run_while(const std::function<bool()>& wanted, std::optional<runtime::TimePoint> limit = std::nullopt);
  /// Runs the task in the process until it ends, and returns its result. Throws std::logic_error if it can never end.
  template <typename T>
  T run(Process& process, Task<T> task) {
    std::optional<T> result;
    start(process, store(std::move(task), result));
    finish(run_while([&result] { return !result; }));
    return std::move(*result);
  }
  void run(Process& process, Task<> task);

  /// The number of steps so far: the length of the run, and a way to choose when to crash.
  std::uint64_t steps() const { return steps_; }
  /// The hash of the run so far: of every step, message and event.
  std::uint64_t trace_hash() const { return trace_.hash(); }

  // For Process.
  const runtime::VirtualTime& time() const { return time_; }
  runtime::Random fork(std::string_view name) const { return root_.fork(name); }

 private:
  template <typename T>
  static Task<> store(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  static void finish(bool ended);
  bool step(std::optional<runtime::TimePoint> limit);
  bool step_a_process();
  bool advance(std::optional<runtime::TimePoint> limit);
  void end_pending_lives();
  void end_life(Process& process, bool power_lost);
  void unwind(Process::Life& life);
  void throw_failure();
  void subscribe_trace(Process& process);

  struct Ending {
    Process* process;
    bool power_lost;
  };

  std::uint64_t seed_;
  runtime::Random root_;
  runtime::Random scenario_;
  runtime::Random scheduling_;
  runtime::VirtualTime time_;
  Trace trace_;
  runtime::SimulatedClock wire_{time_};
  std::unique_ptr<SimNetwork> network_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::vector<runtime::Clock::Alarm> actions_;
  std::vector<Ending> endings_;
  std::function<void(Process&)> on_crash_;
  Process* current_ = nullptr;  ///< The process whose step runs; nullptr between steps.
  std::uint64_t steps_ = 0;
  unsigned unclean_crashes_ = 0;
};

}  // namespace ekiden::testkit
