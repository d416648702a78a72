#include "polls.hpp"

#include <limits>

namespace ekiden::local {

namespace {
constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
}

// A waiter's place in the list. It is removed however the wait ends, so that the list of an idle queue does not grow. A
// wake-up might have removed the node before.
class Polls::Place {
 public:
  Place(Waiters& waiters, std::shared_ptr<runtime::Waiter> waiter) : waiters_(waiters), waiter_(std::move(waiter)) {
    waiters_.push_back(waiter_);
  }
  ~Place() { waiters_.remove(waiter_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Waiters& waiters_;
  std::shared_ptr<runtime::Waiter> waiter_;
};

bool Polls::changed_since(std::int64_t queue, std::uint64_t sequence) const {
  const auto found = queues_.find(queue);
  return found != queues_.end() && found->second.changed > sequence;
}

void Polls::expect(std::int64_t id, Queue& queue, std::int64_t visible_at_ms) {
  const runtime::TimePoint when = time_.instant_of(visible_at_ms);
  if (queue.due && *queue.due <= when) {
    return;
  }
  queue.due = when;
  queue.alarm = clock_.call_at(when, [this, id] {
    queues_[id].due.reset();
    wake(id, kAll);
  });
}

void Polls::note(const Effects& effects) {
  const std::int64_t now_ms = to_ms(time_.current());
  for (const Arrival& arrival : effects.arrivals) {
    Queue& queue = queues_[arrival.queue];
    queue.changed = ++sequence_;
    if (arrival.visible_at_ms <= now_ms) {
      wake(arrival.queue, arrival.count);
    } else if (!queue.waiters.empty()) {
      expect(arrival.queue, queue, arrival.visible_at_ms);
    }
  }
  for (const std::int64_t id : effects.queues_removed) {
    queues_[id].changed = ++sequence_;
    wake(id, kAll);
  }
}

void Polls::wake(std::int64_t queue, std::int64_t count) {
  Waiters& waiters = queues_[queue].waiters;
  while (count > 0 && !waiters.empty()) {
    const std::shared_ptr<runtime::Waiter> waiter = std::move(waiters.front());
    waiters.pop_front();
    count -= waiter->resume() ? 1 : 0;
  }
}

Task<> Polls::wait(Poll poll, runtime::TimePoint deadline) {
  if (closed_) {
    co_return;
  }
  Queue& queue = queues_[poll.queue];
  if (poll.next_visible_at_ms) {
    expect(poll.queue, queue, *poll.next_visible_at_ms);
  }
  std::optional<Place> place;
  runtime::Clock::Alarm alarm;
  auto enlist = [&](std::shared_ptr<runtime::Waiter> waiter) {
    alarm = clock_.call_at(deadline, [waiter] { waiter->resume(); });
    place.emplace(queue.waiters, std::move(waiter));
  };
  co_await runtime::suspend(std::move(enlist));
}

void Polls::close() {
  closed_ = true;
  for (auto& [id, queue] : queues_) {
    wake(id, kAll);
  }
}

}  // namespace ekiden::local
