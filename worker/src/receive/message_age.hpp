/// message_age: how long a message has waited since its send.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace ekiden::worker {

/// SQS keeps a message at most 14 days; a dead letter's age counts from its first send. (SQS API Reference,
/// SetQueueAttributes, MessageRetentionPeriod.)
inline constexpr runtime::Duration kMessageAgeMax = std::chrono::days(14);

/// The time from `sent`, the stamp of a message, to `now`, by the clock of the service as far as it is known. Never
/// negative: clocks differ by some milliseconds or minutes. Empty if `sent` is no real stamp: it is missing (zero), or
/// older than any message.
inline std::optional<std::chrono::duration<double>> message_age(runtime::WallTime sent, runtime::WallTime now) {
  // A day more, because the clock of this machine can be wrong.
  if (sent == runtime::WallTime{} || now - sent > kMessageAgeMax + std::chrono::days(1)) {
    return std::nullopt;
  }
  return std::max(now - sent, runtime::Duration::zero());
}

}  // namespace ekiden::worker
