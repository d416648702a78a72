/// ClockSkew: how far this machine's clock is from AWS's.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <string_view>

namespace ekiden::aws {

/// What signing adds to this machine's wall time. AWS refuses a request whose time is off by about 5 minutes, and its
/// answer carries the right time: a wrong clock need not stop a worker.
///
/// One object for all clients of a process: that of the CredentialsProvider which they share. Not thread-safe.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior"; the bound is that of the AWS SDK for C++.
class ClockSkew {
 public:
  /// Less is left alone: AWS bears it, and a Date header tells only whole seconds, some time ago.
  static constexpr runtime::Duration kTolerance = std::chrono::minutes(4);

  runtime::Duration offset() const { return offset_; }

  /// The service's time was `theirs` when this machine's clock showed `ours`. True if that changes the offset: by more
  /// than the tolerance, also back to zero when the machine's clock has been set right.
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

/// Whether a request may have been refused for its time. Services use many codes for that.
bool may_mean_skew(int http_status, std::string_view code);

}  // namespace ekiden::aws
