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
inline constexpr std::array<std::string_view, 2> kCredentialsFields{"provider", "valid_seconds"};
inline constexpr std::array<std::string_view, 3> kCredentialsFailedFields{"provider", "error", "valid_seconds"};

/// New keys, and for how long they are good; 0: they do not expire.
inline constexpr runtime::EventSpec kCredentials{"aws.credentials", runtime::Severity::kInfo, kCredentialsFields, {}};

/// Keys could not be had. `valid_seconds`: how long the present ones still serve; 0: there are none.
inline constexpr runtime::EventSpec kCredentialsFailed{
    "aws.credentials_failed", runtime::Severity::kWarning, kCredentialsFailedFields, {}};

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
inline constexpr std::array<const runtime::EventSpec*, 5> kAws{&kCredentials, &kCredentialsFailed, &kRetry, &kThrottled,
                                                               &kClockSkew};

}  // namespace ekiden::aws::events
