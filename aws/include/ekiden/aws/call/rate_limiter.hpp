/// RateLimiter: limits the rate of one client's requests after its service has throttled it.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstdint>

namespace ekiden::aws {

/// The part that AWS_RETRY_MODE=adaptive adds. Requests wait for tokens of a token bucket. Each throttle cuts the fill
/// rate to 0.7 of the measured rate. Afterwards the rate grows as in CUBIC (RFC 9438): slowly near the rate that was
/// throttled.
///
/// Until the first throttle no request waits. There is one rate for all calls of a client.
///
/// Limits: at least one request in two seconds; at most twice the measured rate. Not thread-safe.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior", mode adaptive.
class RateLimiter {
 public:
  /// The clock must outlive it.
  explicit RateLimiter(runtime::Clock& clock) : clock_(clock), begun_(clock.now()) {}

  /// Waits until a request can be sent. Throws operation_aborted when its task is cancelled.
  Task<> acquire();

  /// Call it after each request, whether it was answered or failed.
  void answered(bool throttled);

  /// Requests a second.
  double rate() const { return fill_rate_; }
  double measured_rate() const { return measured_rate_; }
  bool enabled() const { return enabled_; }

 private:
  double seconds() const { return std::chrono::duration<double>(clock_.now() - begun_).count(); }
  void measure(double now);
  void refill(double now);
  void set_rate(double now, double rate);

  runtime::Clock& clock_;
  runtime::TimePoint begun_;
  bool enabled_ = false;

  double tokens_ = 0;
  double tokens_max_ = 0;
  double fill_rate_ = 0;
  double refilled_at_ = 0;

  double measured_rate_ = 0;
  double measured_at_ = 0;  // Start of the half second that is being counted.
  std::int64_t counted_ = 0;

  double rate_max_ = 0;  // At the last throttle.
  double throttled_at_ = 0;
};

}  // namespace ekiden::aws
