/// SimulatedLoop: one event loop on virtual time, for tests that need an Env.
#pragma once

#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/simulated/clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

namespace ekiden::runtime {

/// The Offload of a simulation: the function runs at once; its result arrives after up to `max_delay` of virtual time,
/// or later if the function calls take().
class SimulatedOffload final : public Offload {
 public:
  SimulatedOffload(Clock& clock, Random& random, Duration max_delay)
      : clock_(clock), random_(random), max_delay_(max_delay) {}

  /// Called by a function: it takes this much virtual time. As on a thread pool, nothing can end it earlier.
  static void take(Duration time) { taken_ = time; }

 protected:
  Task<> execute(std::function<void()> job) override;

 private:
  Clock& clock_;
  Random& random_;
  Duration max_delay_;
  static inline Duration taken_{};
};

/// An event loop with its clock and random numbers. Deterministic: the same seed and tasks give the same run.
class SimulatedLoop {
 public:
  explicit SimulatedLoop(std::uint64_t seed = 1);
  ~SimulatedLoop();

  Env env() { return Env{context_.get_executor(), clock_, random_, events_, offload_}; }
  boost::asio::io_context& context() { return context_; }
  SimulatedClock& clock() { return clock_; }
  Random& random() { return random_; }
  Events& events() { return events_; }

  /// Runs everything that is ready, and moves the time to the next timer when nothing is. Returns when nothing is left,
  /// or at `limit`.
  void run_until(TimePoint limit);
  void run_for(Duration time) { run_until(time_.now + time); }
  /// The same as run_until() without a limit.
  void run();

  /// Runs `task` to its end. Returns its result, or throws what it threw. Throws std::logic_error if nothing is left to
  /// run before the task has ended.
  template <typename T>
  T run(Task<T> task) {
    std::optional<T> result;
    std::exception_ptr error;
    bool ended = false;
    auto on_end = [&](std::exception_ptr thrown, T value) {
      ended = true;
      error = thrown;
      result.emplace(std::move(value));
    };
    boost::asio::co_spawn(context_, std::move(task), std::move(on_end));
    run_while([&ended] { return !ended; });
    finish(ended, error);
    return std::move(*result);
  }
  void run(Task<> task);

 private:
  void run_while(const std::function<bool()>& wanted);
  static void finish(bool ended, const std::exception_ptr& error);
  bool step(std::optional<TimePoint> limit);

  VirtualTime time_;
  SimulatedClock clock_;
  Random random_;
  Events events_;
  boost::asio::io_context context_{1};
  SimulatedOffload offload_;
};

}  // namespace ekiden::runtime
