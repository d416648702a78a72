/// Clock: the only source of time, and the only way to wait for it.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace ekiden::runtime {

using Duration = std::chrono::nanoseconds;

/// Monotonic time: for intervals, deadlines and timeouts. Its zero has no meaning.
struct Monotonic {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<Monotonic>;
  static constexpr bool is_steady = true;
};
using TimePoint = Monotonic::time_point;

/// Wall time (UTC): for timestamps that leave the process. It can jump.
using WallTime = std::chrono::sys_time<Duration>;

/// The time of one process, and its timers.
///
/// RealClock arms one kernel timer for the earliest timer. The owner of a SimulatedClock moves its time, so twelve
/// hours can pass in milliseconds. Not thread-safe: use it only on its event loop.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock();

  virtual TimePoint now() const = 0;
  virtual WallTime wall_now() const = 0;

  /// Waits until `when`. If `when` has passed, returns after one turn of the loop.
  /// Throws boost::system::system_error(operation_aborted) when its task is cancelled.
  Task<> sleep_until(TimePoint when);
  Task<> sleep_for(Duration time) { return sleep_until(now() + time); }

  /// A scheduled callback. The destructor and cancel() remove it. Must not outlive the clock.
  class Alarm {
   public:
    Alarm() = default;
    Alarm(Alarm&& other) noexcept;
    Alarm& operator=(Alarm&& other) noexcept;
    ~Alarm() { cancel(); }
    void cancel() noexcept;
    bool armed() const noexcept { return clock_ != nullptr; }

   private:
    friend class Clock;
    struct Token;
    Clock* clock_ = nullptr;
    std::shared_ptr<Token> token_;
  };
  /// Calls `callback` on the event loop at `when`. The callback must not throw.
  [[nodiscard]] Alarm call_at(TimePoint when, std::function<void()> callback);

  /// When the earliest timer is due; empty if there is none.
  std::optional<TimePoint> next_expiry() const;

  /// Removes every timer without calling it: the first step of a simulated crash.
  void drop_all() noexcept;

 protected:
  /// The earliest timer changed: fire_due() must now run at `head`.
  virtual void arm(TimePoint head) = 0;
  /// Calls every timer that is due, in order of expiry, then of creation.
  void fire_due();

 private:
  using Key = std::pair<TimePoint, std::uint64_t>;
  Key add(TimePoint when, std::function<void()> callback);
  void remove(const Key& key) noexcept;

  std::map<Key, std::function<void()>> timers_;
  std::uint64_t next_id_ = 0;
};

}  // namespace ekiden::runtime
