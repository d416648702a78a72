#include "write_pace.hpp"

#include <ekiden/runtime/backoff.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kPauseInitial = 25ms;  // The SDKs' first backoff for DynamoDB.
constexpr runtime::Duration kPauseMax = 5s;
constexpr runtime::Duration kGrowthInterval = 1s;  // DynamoDB grants capacity per second.
// Throttling is over after this time without any: a table at the limit of its capacity throttles every few seconds.
constexpr runtime::Duration kQuiet = 10s;

}  // namespace

std::optional<runtime::TimePoint> WritePace::opens_at() const {
  return in_flight_ < limit_ ? std::optional(opens_at_) : std::nullopt;
}

WritePace::Change WritePace::throttled(std::size_t begun, bool progress, runtime::Random& random) {
  throttled_at_ = clock_.now();
  if (begun == slowings_) {
    ++slowings_;
    changed_at_ = clock_.now();
    if (limit_ > 1) {
      limit_ /= 2;
    } else if (pause_ == runtime::Duration::zero()) {
      pause_ = kPauseInitial;
    } else if (!progress) {
      pause_ = std::min(pause_ * 2, kPauseMax);
    }
    wait_a_pause(random);
  }
  if (std::exchange(slow_, true)) {
    return Change::kNone;
  }
  slowed_at_ = clock_.now();
  return Change::kSlowed;
}

WritePace::Change WritePace::succeeded(runtime::Random& random) {
  if (!slow_) {
    return Change::kNone;
  }
  if (pause_ > runtime::Duration::zero()) {
    pause_ = pause_ / 2 < kPauseInitial ? runtime::Duration::zero() : pause_ / 2;
    changed_at_ = clock_.now();
    wait_a_pause(random);
  } else if (limit_ < kWriteBatchesMax && clock_.now() >= changed_at_ + kGrowthInterval) {
    ++limit_;
    changed_at_ = clock_.now();
  }
  if (limit_ < kWriteBatchesMax || clock_.now() < throttled_at_ + kQuiet) {
    return Change::kNone;
  }
  slow_ = false;
  return Change::kRecovered;
}

void WritePace::wait_a_pause(runtime::Random& random) {
  opens_at_ = clock_.now() + runtime::upper_half(random, pause_);
}

}  // namespace ekiden::worker
