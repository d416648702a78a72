/// RestartPolicy: when a worker that crashed is started again, and when no more.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <deque>
#include <optional>

namespace ekiden::process {

/// Slower than a supervisor's inside a worker: a process costs more to start than an actor.
struct RestartLimits {
  runtime::Duration first_delay = std::chrono::seconds(1);  ///< Doubled with each crash.
  runtime::Duration delay_max = std::chrono::seconds(30);
  /// Who has lived so long begins with the first delay again.
  runtime::Duration settled = std::chrono::seconds(30);
  /// So many within the window are too many. (OTP: intensity and period.)
  unsigned crashes_max = 5;
  runtime::Duration window = std::chrono::seconds(60);
};

/// The crashes of one worker.
class RestartPolicy {
 public:
  explicit RestartPolicy(RestartLimits limits = {}) : limits_(limits) {}

  const RestartLimits& limits() const { return limits_; }

  /// It crashed now, after `lived`: how long to wait before its next life; nothing if it crashes too often for one.
  std::optional<runtime::Duration> after_crash(runtime::TimePoint now, runtime::Duration lived);

 private:
  RestartLimits limits_;
  unsigned failures_ = 0;  // Since it has lived long enough.
  std::deque<runtime::TimePoint> crashes_;
};

}  // namespace ekiden::process
