/// QueueClock: the time by which messages become visible and expire.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstdint>
#include <string_view>

namespace ekiden::local {

class Database;

/// Queue time follows elapsed (monotonic) time while the server runs: a step of the wall clock in either direction
/// moves no deadline. At a start it goes on from the later of the stored time and the wall clock, so it never goes
/// back, and the time in which the server was stopped counts.
///
/// It stands still while the machine is suspended, as all timers of the workers on this machine do.
///
/// Clients see stamps on their own clock: the difference between the two is added to each stamp in an answer. It
/// follows the wall clock only in steps of a second or more, so that stamps do not change with each receive.
///
/// Lifetime: `clock` and `events` must outlive it. Used only on the event loop.
class QueueClock {
 public:
  /// The time of one group of operations.
  struct Reading {
    runtime::WallTime now;
    runtime::Duration shown_offset{};  ///< Added to a stamp that a client sees.
  };

  /// Starts at the wall clock. Publishes local.clock_stepped after a step of more than a day.
  QueueClock(runtime::Clock& clock, const runtime::Events& events);

  /// Goes on from the later of `stored` and the wall clock. Publishes the difference if it is more than a day.
  void resume(runtime::WallTime stored);

  Reading read();
  runtime::WallTime current() const;
  /// When queue time will be `queue_ms`, in milliseconds.
  runtime::TimePoint instant_of(std::int64_t queue_ms) const;

 private:
  void publish(runtime::Duration step, std::string_view effect) const;

  runtime::Clock& clock_;
  const runtime::Events& events_;
  runtime::TimePoint since_;
  runtime::WallTime base_;  ///< Queue time at `since_`.
  runtime::Duration shown_offset_{};
};

/// Milliseconds since 1970, as in the data.
std::int64_t to_ms(runtime::WallTime time);

/// The table with the stored time; `now_ms` is its first value.
void create_time_table(Database& database, std::int64_t now_ms);
runtime::WallTime stored_time(Database& database);
/// Part of each commit that changes something, so that no later start is earlier than a stamp in the data.
void store_time(Database& database, runtime::WallTime now);

}  // namespace ekiden::local
