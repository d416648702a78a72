/// RestartPolicy: decides when a crashed worker is restarted, and when it crashes too often.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <deque>
#include <optional>

namespace ekiden::process {

/// Slower than the restarts of actors inside a worker, because a process costs more to start.
struct RestartLimits {
  runtime::Duration first_delay = std::chrono::seconds(1);  ///< Doubles with each crash.
  runtime::Duration delay_max = std::chrono::seconds(30);
  /// After a life of at least this long, the next delay is `first_delay` again.
  runtime::Duration settled = std::chrono::seconds(30);
  /// This many crashes within `window` are too many. (OTP: intensity and period.)
  unsigned crashes_max = 5;
  runtime::Duration window = std::chrono::seconds(60);
};

/// The crashes of one worker.
class RestartPolicy {
 public:
  explicit RestartPolicy(RestartLimits limits = {}) : limits_(limits) {}

  const RestartLimits& limits() const { return limits_; }

  /// Call it when the worker has crashed, with the time that it `lived`. Returns how long to wait before the restart;
  /// nothing if it crashes too often.
  std::optional<runtime::Duration> after_crash(runtime::TimePoint now, runtime::Duration lived);

 private:
  RestartLimits limits_;
  unsigned failures_ = 0;  // Crashes since the last life of at least `settled`.
  std::deque<runtime::TimePoint> crashes_;
};

}  // namespace ekiden::process
