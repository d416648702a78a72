/// The events of calls to AWS.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>
#include <string_view>

namespace ekiden::aws::events {

inline constexpr std::array<std::string_view, 7> kRetryFields{"service", "operation",     "error_class", "code",
                                                              "attempt", "delay_seconds", "request_id"};
inline constexpr std::array<std::string_view, 6> kThrottledFields{"service", "operation", "queue",
                                                                  "table",   "code",      "request_id"};
inline constexpr std::array<std::string_view, 2> kThrottledLabels{"queue", "table"};

inline constexpr std::array<std::string_view, 4> kClockSkewFields{"service", "operation", "seconds", "request_id"};

/// An attempt failed and another follows. `attempt` is the number of the failed one, from 1.
inline constexpr runtime::EventSpec kRetry{"aws.retry", runtime::Severity::kInfo, kRetryFields, {}};

/// A service asked for fewer requests. One of queue and table is empty. The writer of batches publishes it too, for
/// items that DynamoDB left unprocessed.
inline constexpr runtime::EventSpec kThrottled{"aws.throttled",
                                               runtime::Severity::kDebug,
                                               kThrottledFields,
                                               {runtime::MetricSpec::Kind::kCounter, "ekiden_throttles_total",
                                                "Requests that SQS or DynamoDB throttled.", "", kThrottledLabels}};

/// This machine's clock is wrong, or right again: requests are signed for so many seconds later than it shows.
inline constexpr runtime::EventSpec kClockSkew{"aws.clock_skew", runtime::Severity::kWarning, kClockSkewFields, {}};

/// All of them, for who turns events into logs and metrics.
inline constexpr std::array<const runtime::EventSpec*, 3> kAws{&kRetry, &kThrottled, &kClockSkew};

}  // namespace ekiden::aws::events
