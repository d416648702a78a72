/// wait_until(): waits for a Condition with a time limit. Cheaper than with_deadline().
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
