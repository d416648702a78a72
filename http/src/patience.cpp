#include <ekiden/http/patience.hpp>

#include <algorithm>

namespace ekiden::http {

void SilenceWatch::start(const std::optional<Patience>& patience, runtime::TimePoint now) {
  patience_ = patience;
  awaits_answer_ = false;
  begin(now);
}

void SilenceWatch::begin(runtime::TimePoint now) {
  began_ = now;
  bytes_ = 0;
  moved(0, now);
}

void SilenceWatch::moved(std::uint64_t bytes, runtime::TimePoint now) {
  if (patience_) {
    bytes_ += bytes;
    last_ = now;
    due_ = std::min(now + patience_->silence, slow_at());
  } else {
    due_ = kNever;
  }
}

void SilenceWatch::sent(runtime::TimePoint now) {
  awaits_answer_ = true;
  due_ = patience_ ? now + patience_->first_byte : kNever;
}

void SilenceWatch::draining(std::uint64_t bytes, runtime::TimePoint now) {
  if (patience_) {
    bytes_ += bytes;
    due_ = std::min(now + patience_->first_byte, std::max(now, slow_at()));
  }
}

void SilenceWatch::answering(std::uint64_t bytes, runtime::TimePoint now) {
  awaits_answer_ = false;
  begin(now);
  moved(bytes, now);
}

// Bytes earn time: at kSlowest or faster, the end recedes as fast as time passes.
runtime::TimePoint SilenceWatch::slow_at() const {
  constexpr auto kTicks = static_cast<std::uint64_t>(runtime::Duration(std::chrono::seconds(1)).count());
  return began_ + Patience::kSlowAfter + runtime::Duration(bytes_ * (kTicks / Patience::kSlowest));
}

bool SilenceWatch::is_too_slow(runtime::TimePoint now) const {
  return patience_ && !awaits_answer_ && now < last_ + patience_->silence && now >= slow_at();
}

}  // namespace ekiden::http
