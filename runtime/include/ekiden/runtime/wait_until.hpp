/// wait_until: a Condition with a time limit, cheaper than a deadline on a task of its own.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <optional>

namespace ekiden::runtime {

/// Waits until `condition` is notified, or until `due`.
inline Task<> wait_until(Clock& clock, Condition& condition, std::optional<TimePoint> due) {
  Clock::Alarm alarm;
  if (due) {
    alarm = clock.call_at(*due, [&condition] { condition.notify_all(); });
  }
  co_await condition.wait();
}

}  // namespace ekiden::runtime
