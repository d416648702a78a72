#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/waiter.hpp>

namespace ekiden::runtime {

struct Clock::Alarm::Token {
  Key key;
  bool fired = false;
};

Clock::~Clock() { drop_all(); }

Clock::Key Clock::add(TimePoint when, std::function<void()> callback) {
  const Key key{when, next_id_++};
  const auto position = timers_.emplace(key, std::move(callback)).first;
  if (position == timers_.begin()) {
    arm(when);
  }
  return key;
}

void Clock::remove(const Key& key) noexcept { timers_.erase(key); }

Task<> Clock::sleep_until(TimePoint when) {
  // Removes the timer when the sleep is cancelled, or when its frame is destroyed in a simulated crash.
  struct Entry {
    Clock& clock;
    std::optional<Key> key;
    ~Entry() {
      if (key) {
        clock.remove(*key);
      }
    }
  };
  Entry entry{*this, std::nullopt};
  auto enlist = [&entry, when](std::shared_ptr<Waiter> waiter) {
    entry.key = entry.clock.add(when, [waiter = std::move(waiter)] { waiter->resume(); });
  };
  co_await suspend(std::move(enlist));
}

Clock::Alarm Clock::call_at(TimePoint when, std::function<void()> callback) {
  Alarm alarm;
  alarm.clock_ = this;
  alarm.token_ = std::make_shared<Alarm::Token>();
  alarm.token_->key = add(when, [token = alarm.token_, callback = std::move(callback)] {
    token->fired = true;
    callback();
  });
  return alarm;
}

Clock::Alarm::Alarm(Alarm&& other) noexcept
    : clock_(std::exchange(other.clock_, nullptr)), token_(std::move(other.token_)) {}

Clock::Alarm& Clock::Alarm::operator=(Alarm&& other) noexcept {
  if (this != &other) {
    cancel();
    clock_ = std::exchange(other.clock_, nullptr);
    token_ = std::move(other.token_);
  }
  return *this;
}

void Clock::Alarm::cancel() noexcept {
  Clock* const clock = std::exchange(clock_, nullptr);
  if (clock != nullptr && !token_->fired) {
    clock->remove(token_->key);
  }
  token_.reset();
}

std::optional<TimePoint> Clock::next_expiry() const {
  if (timers_.empty()) {
    return std::nullopt;
  }
  return timers_.begin()->first.first;
}

void Clock::drop_all() noexcept {
  // timers_ is emptied first: destroying a timer destroys the sleeping frame, which removes its timer.
  const auto timers = std::exchange(timers_, {});
}

void Clock::fire_due() {
  const TimePoint time = now();
  while (!timers_.empty() && timers_.begin()->first.first <= time) {
    auto timer = timers_.extract(timers_.begin());
    timer.mapped()();
  }
  if (!timers_.empty()) {
    arm(timers_.begin()->first.first);
  }
}

}  // namespace ekiden::runtime
