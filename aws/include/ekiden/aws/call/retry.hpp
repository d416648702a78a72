/// RetryPolicy: how often and how late to try again.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/runtime/clock.hpp>

#include <optional>

namespace ekiden::aws {

/// Full jitter under an exponential bound, so that a fleet that was refused together does not return together.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior", mode standard as of 2026.
struct RetryPolicy {
  unsigned attempts = 3;  ///< The first included.
  runtime::Duration transient_base = std::chrono::milliseconds(50);
  runtime::Duration throttling_base = std::chrono::seconds(1);
  runtime::Duration delay_max = std::chrono::seconds(20);

  /// chance * min(base * 2^retry, delay_max), for the retry-th retry, counted from 0, and a chance in [0, 1).
  /// A wait that the service asked for (x-amz-retry-after) lengthens it by at most 5 s.
  runtime::Duration delay(ErrorClass error_class, unsigned retry, double chance,
                          std::optional<runtime::Duration> asked_for = std::nullopt) const;
};

inline constexpr RetryPolicy kSqsRetries{};
/// DynamoDB answers in milliseconds: one more attempt, twice as soon.
inline constexpr RetryPolicy kDynamoDbRetries{.attempts = 4, .transient_base = std::chrono::milliseconds(25)};

}  // namespace ekiden::aws
