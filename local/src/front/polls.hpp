/// Polls: the receives that wait for messages.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include "store/effects.hpp"
#include "store/queue_clock.hpp"

namespace ekiden::local {

/// When messages become visible, by arrival or by time, wakes the same number of waiting receives of the queue. Used
/// only on the event loop.
class Polls {
 public:
  /// `time` is that of the effects; both must outlive it.
  Polls(runtime::Clock& clock, const QueueClock& time) : clock_(clock), time_(time) {}

  /// Increases with every effect that can end a wait.
  std::uint64_t sequence() const { return sequence_; }
  /// True if something happened to the queue after `sequence` was read: receive again instead of waiting.
  bool changed_since(std::int64_t queue, std::uint64_t sequence) const;

  /// Records committed effects.
  void note(const Effects& effects);

  /// Waits until messages of `poll`'s queue might be visible, at most until `deadline`. Throws operation_aborted when
  /// its task is cancelled.
  Task<> wait(Poll poll, runtime::TimePoint deadline);
  /// Wakes waiters, for messages that woken waiters will not receive.
  void wake(std::int64_t queue, std::int64_t count);

  /// From now on every wait ends at once.
  void close();
  bool closed() const { return closed_; }

 private:
  using Waiters = std::list<std::shared_ptr<runtime::Waiter>>;
  struct Queue {
    std::uint64_t changed = 0;
    Waiters waiters;
    std::optional<runtime::TimePoint> due;  ///< When the next hidden message becomes visible, if known.
    runtime::Clock::Alarm alarm;
  };
  class Place;

  void expect(std::int64_t id, Queue& queue, std::int64_t visible_at_ms);

  runtime::Clock& clock_;
  const QueueClock& time_;
  std::uint64_t sequence_ = 0;
  std::map<std::int64_t, Queue> queues_;
  bool closed_ = false;
};

}  // namespace ekiden::local
