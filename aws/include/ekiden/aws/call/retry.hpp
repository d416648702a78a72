/// RetryPolicy: how often to retry, and how long to wait before each retry.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/runtime/clock.hpp>

#include <optional>

namespace ekiden::aws {

/// Exponential backoff with full jitter, so that clients that fail together do not retry together.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior", mode standard as of 2026.
struct RetryPolicy {
  unsigned attempts = 3;  ///< In all, including the first.
  runtime::Duration transient_base = std::chrono::milliseconds(50);
  runtime::Duration throttling_base = std::chrono::seconds(1);
  runtime::Duration delay_max = std::chrono::seconds(20);

  /// Returns chance * min(base * 2^retry, delay_max). `retry` counts from 0; `chance` is in [0, 1).
  /// If the service asked for a longer wait (x-amz-retry-after), the delay is longer by at most 5 s.
  runtime::Duration delay(ErrorClass error_class, unsigned retry, double chance,
                          std::optional<runtime::Duration> asked_for = std::nullopt) const;
};

inline constexpr RetryPolicy kSqsRetries{};
/// DynamoDB answers in milliseconds, so it gets one more attempt and half the base delay.
inline constexpr RetryPolicy kDynamoDbRetries{.attempts = 4, .transient_base = std::chrono::milliseconds(25)};

}  // namespace ekiden::aws
