#include <ekiden/runtime/real_clock.hpp>

#include <boost/asio/steady_timer.hpp>

#include <optional>

namespace ekiden::runtime {

struct RealClock::Timer : std::enable_shared_from_this<Timer> {
  Timer(Executor executor, RealClock* owner) : kernel(executor), clock(owner) {}

  boost::asio::steady_timer kernel;
  RealClock* clock;  // Null after the clock's end; the kernel timer's last handler can run later.
  std::optional<TimePoint> armed_for;

  void arm(TimePoint head) {
    if (armed_for && *armed_for <= head) {
      return;  // The armed timer fires early enough, and then re-arms itself.
    }
    armed_for = head;
    kernel.expires_at(boost::asio::steady_timer::time_point(
        std::chrono::duration_cast<boost::asio::steady_timer::duration>(head.time_since_epoch())));
    kernel.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->clock != nullptr) {
        self->armed_for.reset();
        self->clock->fire_due();
      }
    });
  }
};

RealClock::RealClock(Executor executor) : timer_(std::make_shared<Timer>(std::move(executor), this)) {}

RealClock::~RealClock() {
  timer_->clock = nullptr;
  timer_->kernel.cancel();
}

TimePoint RealClock::now() const {
  return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

WallTime RealClock::wall_now() const {
  return WallTime(std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

void RealClock::arm(TimePoint head) { timer_->arm(head); }

}  // namespace ekiden::runtime
