/// Simulation: a fleet of processes on virtual time, from one seed.
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

/// Runs all processes in the calling thread, one ready step at a time, in an order that the seed decides; when nothing
/// is ready it moves time on to the earliest timer of any process or of the network. The same seed and the same program
/// give the same run, which trace_hash() shows.
///
/// A task that throws ends the run: the run_... call rethrows.
class Simulation {
 public:
  explicit Simulation(std::uint64_t seed);
  /// Crashes every process, the youngest first.
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  std::uint64_t seed() const { return seed_; }
  runtime::TimePoint now() const { return time_.now; }
  SimNetwork& network() { return *network_; }
  /// The scenario's own chance.
  runtime::Random& random() { return scenario_; }

  /// The process of that name, made at the first call; `options` count only then.
  Process& process(std::string_view name, ProcessOptions options = {});

  /// Starts a task in the process.
  void start(Process& process, Task<> task);
  /// Starts main(process) as its root task, and again at each restart(). The process keeps the function object.
  void start(Process& process, Process::Main main);
  /// Starts the main function again; the process must have been given one.
  void restart(Process& process);

  /// Ends the process as kill -9 does, and begins its next life, in which nothing runs yet: see restart().
  ///
  /// At once, or, when called from inside the process's own step, right after that step. From this instant on nothing
  /// it does reaches network, disk or listeners. Its tasks are then cancelled and unwound in a void, so that memory is
  /// released in an orderly way, whatever they hold of each other; what does not unwind within an hour of its own
  /// time is destroyed where it stands, and counted by unclean_crashes().
  void crash(Process& process);
  /// crash(), and its disk forgets what was not synced.
  void power_loss(Process& process);
  /// The power fails in the middle of the disk's operation number `operations` from now.
  void power_loss_after(Process& process, std::uint64_t operations);
  /// Calls `action` after each crash, when the next life has begun: to restart it, some time later.
  void on_crash(std::function<void(Process&)> action) { on_crash_ = std::move(action); }
  /// Crashes so far whose tasks did not unwind when cancelled: a bug in whatever did not.
  unsigned unclean_crashes() const { return unclean_crashes_; }

  /// Calls `action` between two steps at that time: for faults and restarts.
  void at(runtime::TimePoint when, std::function<void()> action);
  void after(runtime::Duration time, std::function<void()> action) { at(now() + time, std::move(action)); }

  /// Runs until nothing is left to do or `limit` is reached, which is then the time.
  void run_until(runtime::TimePoint limit);
  void run_for(runtime::Duration time) { run_until(now() + time); }
  /// Runs while `wanted` says so. False if nothing was left to do, or `limit` has passed, before it was content.
  bool run_while(const std::function<bool()>& wanted, std::optional<runtime::TimePoint> limit = std::nullopt);
  /// Runs the task in the process until it ends, and yields its result. Throws std::logic_error if it never ends.
  template <typename T>
  T run(Process& process, Task<T> task) {
    std::optional<T> result;
    start(process, store(std::move(task), result));
    finish(run_while([&result] { return !result; }));
    return std::move(*result);
  }
  void run(Process& process, Task<> task);

  /// Steps taken: a measure of length, and of where to crash.
  std::uint64_t steps() const { return steps_; }
  /// The fingerprint of the run so far: every step, message and event.
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
  Process* current_ = nullptr;  ///< Whose step is being taken.
  std::uint64_t steps_ = 0;
  unsigned unclean_crashes_ = 0;
};

}  // namespace ekiden::testkit
