#include "queue_clock.hpp"

#include <ekiden/local/events.hpp>

#include <algorithm>
#include <chrono>

#include "database.hpp"

namespace ekiden::local {

namespace {

// Larger than the corrections of a synchronized clock.
constexpr runtime::Duration kStep = std::chrono::seconds(1);
// A longer step is published.
constexpr std::chrono::hours kLongStep{24};

}  // namespace

QueueClock::QueueClock(runtime::Clock& clock, const runtime::Events& events)
    : clock_(clock), events_(events), since_(clock.now()), base_(clock.wall_now()) {}

void QueueClock::publish(runtime::Duration step, std::string_view effect) const {
  if (std::chrono::abs(step) > kLongStep) {
    events_.publish(events::kClockStepped, {std::chrono::duration_cast<std::chrono::seconds>(step).count(), effect});
  }
}

void QueueClock::resume(runtime::WallTime stored) {
  const runtime::WallTime wall = clock_.wall_now();
  since_ = clock_.now();
  base_ = std::max(stored, wall);
  shown_offset_ = base_ - wall >= kStep ? wall - base_ : runtime::Duration();
  if (stored != runtime::WallTime()) {  // It is zero in new data.
    publish(wall - stored, wall > stored ? "messages expire as if the server had run all the time"
                                         : "none: the time of the queues goes on from the stored time");
  }
}

runtime::WallTime QueueClock::current() const { return base_ + (clock_.now() - since_); }

QueueClock::Reading QueueClock::read() {
  const runtime::WallTime time = current();
  const runtime::Duration offset = clock_.wall_now() - time;
  const runtime::Duration step = offset - shown_offset_;
  if (std::chrono::abs(step) >= kStep) {
    shown_offset_ = offset;
    publish(step, "none: the time of the queues follows elapsed time");
  }
  return {.now = time, .shown_offset = shown_offset_};
}

runtime::TimePoint QueueClock::instant_of(std::int64_t queue_ms) const {
  return since_ + (runtime::WallTime(std::chrono::milliseconds(queue_ms)) - base_);
}

std::int64_t to_ms(runtime::WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

void create_time_table(Database& database, std::int64_t now_ms) {
  database.exec("CREATE TABLE store_time(id INTEGER PRIMARY KEY CHECK(id = 1), now_ms INTEGER NOT NULL)");
  database.prepare("INSERT INTO store_time(id, now_ms) VALUES(1, ?)").bind(1, now_ms).run();
}

runtime::WallTime stored_time(Database& database) {
  Statement row = database.prepare("SELECT now_ms FROM store_time WHERE id = 1");
  return runtime::WallTime(std::chrono::milliseconds(row.step() ? row.integer(0) : 0));
}

void store_time(Database& database, runtime::WallTime now) {
  database.prepare("UPDATE store_time SET now_ms = ? WHERE id = 1").bind(1, to_ms(now)).run();
}

}  // namespace ekiden::local
