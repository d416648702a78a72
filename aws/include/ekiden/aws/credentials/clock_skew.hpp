/// ClockSkew: the difference between AWS's clock and this machine's clock.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <string_view>

namespace ekiden::aws {

/// Signing adds this offset to the machine's wall time. AWS rejects a request if its time is wrong by about 5 minutes,
/// and the answer carries the correct time. So a worker can go on with a wrong clock.
///
/// All clients of a process share one object, which belongs to their CredentialsProvider. Not thread-safe.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior"; the bound is that of the AWS SDK for C++.
class ClockSkew {
 public:
  /// Smaller differences are ignored: AWS accepts them, and a Date header is not precise.
  static constexpr runtime::Duration kTolerance = std::chrono::minutes(4);

  runtime::Duration offset() const { return offset_; }

  /// Learns from an answer: the service's time was `theirs` when this machine's clock showed `ours`. Returns true if
  /// the offset changed. It changes only if the difference exceeds the tolerance, and returns to zero when the
  /// machine's clock is corrected.
  bool learn(runtime::WallTime theirs, runtime::WallTime ours) {
    const runtime::Duration found = theirs - ours;
    if (std::chrono::abs(found - offset_) < kTolerance) {
      return false;
    }
    offset_ = std::chrono::abs(found) < kTolerance ? runtime::Duration::zero() : found;
    return true;
  }

 private:
  runtime::Duration offset_{};
};

/// True if the service might have rejected a request because of its time. Services use many codes for that.
bool may_mean_skew(int http_status, std::string_view code);

}  // namespace ekiden::aws
