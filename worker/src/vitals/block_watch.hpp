/// BlockWatch: notices when a handler has kept the event loop from running.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>

namespace ekiden::worker {

/// One for all queues of a process, because they share the loop. While handlers run, an alarm of the loop is due every
/// kBeat. If it is overdue when a handler ends, or when it fires at last, the loop did not run: handler.blocked is
/// published with the time, and with the queue whose handler ended, or began last.
///
/// A message costs no clock read: the end of a handler reads the clock anyway. So the time can be up to kBeat too long.
/// The loop also stands still while the process is stopped (SIGSTOP), or gets no CPU time. That is reported, too, if
/// handlers run meanwhile.
class BlockWatch {
 public:
  static constexpr runtime::Duration kLimit = std::chrono::seconds(1);  ///< Shorter blocks are not reported.
  static constexpr runtime::Duration kBeat = std::chrono::milliseconds(250);

  /// The clock and the events must outlive it.
  BlockWatch(runtime::Clock& clock, const runtime::Events& events) : clock_(clock), events_(events) {}
  BlockWatch(const BlockWatch&) = delete;
  BlockWatch& operator=(const BlockWatch&) = delete;

  /// A handler begins. `queue` must live as long as this object.
  void began(std::string_view queue) {
    last_ = queue;
    ++running_;
    if (!armed_) {
      alive_ = clock_.now();
      arm();
    }
  }
  /// A handler that began has ended, for whatever reason.
  void ended() { --running_; }
  /// A handler has returned just now: if the loop was blocked, this message's handler did it.
  void returned(std::string_view queue, std::string_view message, runtime::TimePoint now) {
    check(queue, message, now);
  }

 private:
  void arm();
  void check(std::string_view queue, std::string_view message, runtime::TimePoint now);

  runtime::Clock& clock_;
  const runtime::Events& events_;
  std::string_view last_;  // The queue whose handler began last.
  std::size_t running_ = 0;
  bool armed_ = false;
  runtime::TimePoint due_{};    // Of the alarm, if armed_.
  runtime::TimePoint alive_{};  // The last time at which the loop was known to run.
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::worker
