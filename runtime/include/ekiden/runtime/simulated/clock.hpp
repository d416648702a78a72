/// SimulatedClock: a clock whose owner moves the time.
#pragma once

#include <ekiden/runtime/clock.hpp>

namespace ekiden::runtime {

/// The current time of a simulation, which all its clocks share.
struct VirtualTime {
  TimePoint now{};
  WallTime epoch{std::chrono::sys_days{std::chrono::year{2016} / 12 / 19}};  ///< The wall time at now == 0.
};

/// One process's view of virtual time. Its owner moves VirtualTime::now to next_expiry() and calls fire().
class SimulatedClock final : public Clock {
 public:
  /// `skew` is added to the wall time only, not to the monotonic time.
  explicit SimulatedClock(VirtualTime& time, Duration skew = Duration::zero()) : time_(time), skew_(skew) {}

  TimePoint now() const override { return time_.now; }
  WallTime wall_now() const override { return time_.epoch + time_.now.time_since_epoch() + skew_; }
  void set_skew(Duration skew) { skew_ = skew; }

  /// Calls every timer that is due at the present virtual time.
  void fire() { fire_due(); }

 protected:
  void arm(TimePoint) override {}

 private:
  VirtualTime& time_;
  Duration skew_;
};

}  // namespace ekiden::runtime
