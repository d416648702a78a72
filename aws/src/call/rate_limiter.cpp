#include <ekiden/aws/call/rate_limiter.hpp>

#include <algorithm>
#include <cmath>

namespace ekiden::aws {
namespace {

// The same constants as in the AWS SDKs.
constexpr double kBeta = 0.7;       // Factor of the rate at a throttle.
constexpr double kScale = 0.4;      // Controls how fast the rate grows.
constexpr double kSmoothing = 0.8;  // Weight of the latest measurement.
constexpr double kMeasuredSeconds = 0.5;
constexpr double kRateMin = 0.5;
constexpr double kTokensMin = 1;
constexpr double kGrowthMax = 2;

}  // namespace

Task<> RateLimiter::acquire() {
  while (enabled_) {
    refill(seconds());
    if (tokens_ >= 1) {
      tokens_ -= 1;
      break;
    }
    // Other requests wait, too, and the rate can change during the sleep: check again afterwards.
    const std::chrono::duration<double> missing((1 - tokens_) / fill_rate_);
    co_await clock_.sleep_for(std::chrono::ceil<runtime::Duration>(missing));
  }
}

void RateLimiter::measure(double now) {
  const double half_second = std::floor(now / kMeasuredSeconds) * kMeasuredSeconds;
  ++counted_;
  if (half_second > measured_at_) {
    const double rate = static_cast<double>(counted_) / (half_second - measured_at_);
    measured_rate_ = rate * kSmoothing + measured_rate_ * (1 - kSmoothing);
    counted_ = 0;
    measured_at_ = half_second;
  }
}

void RateLimiter::refill(double now) {
  tokens_ = std::min(tokens_max_, tokens_ + (now - refilled_at_) * fill_rate_);
  refilled_at_ = now;
}

void RateLimiter::set_rate(double now, double rate) {
  refill(now);  // With the old rate.
  fill_rate_ = std::max(rate, kRateMin);
  tokens_max_ = std::max(rate, kTokensMin);
  tokens_ = std::min(tokens_, tokens_max_);
}

void RateLimiter::answered(bool throttled) {
  const double now = seconds();
  measure(now);
  double rate = 0;
  if (throttled) {
    rate_max_ = enabled_ ? std::min(measured_rate_, fill_rate_) : measured_rate_;
    throttled_at_ = now;
    enabled_ = true;
    rate = rate_max_ * kBeta;
  } else {
    // The time until the rate of the throttle is reached again.
    const double plateau = std::cbrt(rate_max_ * (1 - kBeta) / kScale);
    rate = kScale * std::pow(now - throttled_at_ - plateau, 3) + rate_max_;
  }
  set_rate(now, std::min(rate, kGrowthMax * measured_rate_));
}

}  // namespace ekiden::aws
