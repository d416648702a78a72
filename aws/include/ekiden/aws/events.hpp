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

inline constexpr std::array<std::string_view, 4> kUnusableFields{"queue", "count", "reason", "request_id"};
inline constexpr std::array<std::string_view, 1> kUnusableLabels{"queue"};

inline constexpr std::array<std::string_view, 4> kClockSkewFields{"service", "operation", "seconds", "request_id"};
inline constexpr std::array<std::string_view, 2> kCredentialsFields{"provider", "valid_seconds"};
inline constexpr std::array<std::string_view, 3> kCredentialsFailedFields{"provider", "error", "valid_seconds"};

/// New keys were fetched. `valid_seconds`: how long they are valid; 0: they do not expire.
inline constexpr runtime::EventSpec kCredentials{"aws.credentials", runtime::Severity::kInfo, kCredentialsFields, {}};

/// A fetch of keys failed. `valid_seconds`: how long the present keys are still valid; 0: there are none.
inline constexpr runtime::EventSpec kCredentialsFailed{
    "aws.credentials_failed", runtime::Severity::kWarning, kCredentialsFailedFields, {}};

/// An attempt failed and will be retried. `attempt` is the number of the failed attempt, from 1.
inline constexpr runtime::EventSpec kRetry{"aws.retry", runtime::Severity::kInfo, kRetryFields, {}};

/// A service throttled a request. Either `queue` or `table` is empty. Also published for items of a batch that DynamoDB
/// left unprocessed.
inline constexpr runtime::EventSpec kThrottled{"aws.throttled",
                                               runtime::Severity::kDebug,
                                               kThrottledFields,
                                               {runtime::MetricSpec::Kind::kCounter, "ekiden_throttles_total",
                                                "Requests that SQS or DynamoDB throttled.", "", kThrottledLabels}};

/// The offset of this machine's clock changed. `seconds`: what signing adds to the clock's time; 0: the clock is right
/// again.
inline constexpr runtime::EventSpec kClockSkew{"aws.clock_skew", runtime::Severity::kWarning, kClockSkewFields, {}};

/// A receive returned messages that cannot be used, `count` of them, for the same `reason`: "without MessageId or
/// ReceiptHandle". They stay in the queue; SQS has counted a receive of each.
inline constexpr runtime::EventSpec kUnusable{
    "aws.unusable",
    runtime::Severity::kWarning,
    kUnusableFields,
    {runtime::MetricSpec::Kind::kCounter, "ekiden_messages_unusable_total",
     "Messages received without an id or a handle of their own; each stays in the queue.", "count", kUnusableLabels}};

/// All events of this floor, for logs and metrics.
inline constexpr std::array<const runtime::EventSpec*, 6> kAws{&kCredentials, &kCredentialsFailed, &kRetry,
                                                               &kThrottled,   &kClockSkew,         &kUnusable};

}  // namespace ekiden::aws::events
