/// wait_until: a Condition with a time limit, cheaper than a deadline on a task of its own.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <optional>

namespace ekiden::worker {

/// Waits until `condition` is notified, or until `due`.
inline Task<> wait_until(runtime::Clock& clock, runtime::Condition& condition, std::optional<runtime::TimePoint> due) {
  runtime::Clock::Alarm alarm;
  if (due) {
    alarm = clock.call_at(*due, [&condition] { condition.notify_all(); });
  }
  co_await condition.wait();
}

}  // namespace ekiden::worker
