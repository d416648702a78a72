/// RealClock: the time of the machine.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <memory>

namespace ekiden::runtime {

/// The production clock: one kernel timer, armed for the earliest of the process's timers.
class RealClock final : public Clock {
 public:
  explicit RealClock(Executor executor);
  ~RealClock() override;

  TimePoint now() const override;
  WallTime wall_now() const override;

 protected:
  void arm(TimePoint head) override;

 private:
  struct Timer;
  std::shared_ptr<Timer> timer_;
};

}  // namespace ekiden::runtime
