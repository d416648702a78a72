/// Polls: the receives that wait for a message.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include "store/effects.hpp"

namespace ekiden::local {

/// Wakes as many waiting receives of a queue as messages became receivable, by arrival or by time. Used on the event
/// loop only.
class Polls {
 public:
  explicit Polls(runtime::Clock& clock) : clock_(clock) {}

  /// Grows with every effect that may end a wait.
  std::uint64_t sequence() const { return sequence_; }
  /// Something happened to the queue after `sequence` was taken: look again instead of waiting.
  bool changed_since(std::int64_t queue, std::uint64_t sequence) const;

  /// Takes note of committed effects.
  void note(const Effects& effects);

  /// Waits until messages of `poll`'s queue can be receivable, at most until `deadline`. Throws operation_aborted when
  /// its task is cancelled.
  Task<> wait(Poll poll, runtime::TimePoint deadline);
  /// One waiter goes on: for one that was woken but will not look.
  void wake(std::int64_t queue, std::int64_t count);

  /// Every wait ends at once, from now on.
  void close();
  bool closed() const { return closed_; }

 private:
  using Waiters = std::list<std::shared_ptr<runtime::Waiter>>;
  struct Queue {
    std::uint64_t changed = 0;
    Waiters waiters;
    std::optional<runtime::TimePoint> due;  ///< When the next hidden message comes back, as far as known.
    runtime::Clock::Alarm alarm;
  };
  class Place;

  runtime::TimePoint instant_of(std::int64_t wall_ms) const;
  void expect(std::int64_t id, Queue& queue, std::int64_t visible_at_ms);

  runtime::Clock& clock_;
  std::uint64_t sequence_ = 0;
  std::map<std::int64_t, Queue> queues_;
  bool closed_ = false;
};

}  // namespace ekiden::local
