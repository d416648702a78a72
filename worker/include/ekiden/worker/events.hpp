/// The events of the pipeline. Their names, fields and metrics are a contract: see docs/logs.md and docs/metrics.md.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>

namespace ekiden::worker::events {

using runtime::EventSpec;
using runtime::MetricSpec;
using runtime::Severity;
using Kind = MetricSpec::Kind;

inline constexpr std::array<std::string_view, 1> kQueueLabel{"queue"};
inline constexpr std::array<std::string_view, 2> kQueueErrorLabels{"queue", "error_class"};
inline constexpr std::array<std::string_view, 2> kQueueOutcomeLabels{"queue", "outcome"};

inline constexpr std::array<std::string_view, 2> kQueueCount{"queue", "count"};
inline constexpr std::array<std::string_view, 2> kQueueSeconds{"queue", "seconds"};
inline constexpr std::array<std::string_view, 3> kQueueCountSeconds{"queue", "count", "seconds"};
inline constexpr std::array<std::string_view, 3> kQueueOutcomeSeconds{"queue", "outcome", "seconds"};
inline constexpr std::array<std::string_view, 4> kQueueMessageWhy{"queue", "message_id", "reason", "delay_seconds"};
inline constexpr std::array<std::string_view, 4> kQueueMessageSecondsAdvice{"queue", "message_id", "seconds", "advice"};
inline constexpr std::array<std::string_view, 4> kQueueMessageReasonError{"queue", "message_id", "reason", "error"};
inline constexpr std::array<std::string_view, 3> kQueueMessageReason{"queue", "message_id", "reason"};
inline constexpr std::array<std::string_view, 2> kQueueMessage{"queue", "message_id"};
inline constexpr std::array<std::string_view, 4> kQueueMessageError{"queue", "message_id", "error_class", "error"};
inline constexpr std::array<std::string_view, 2> kQueueError{"queue", "error"};
inline constexpr std::array<std::string_view, 2> kQueueSink{"queue", "sink"};
inline constexpr std::array<std::string_view, 4> kOutage{"queue", "sink", "resource", "error"};
inline constexpr std::array<std::string_view, 5> kOutageSeconds{"queue", "sink", "resource", "seconds", "reason"};
inline constexpr std::array<std::string_view, 3> kTableErrorDelay{"table", "error", "delay_seconds"};
inline constexpr std::array<std::string_view, 2> kTableError{"table", "error"};
inline constexpr std::array<std::string_view, 2> kTableSeconds{"table", "seconds"};
inline constexpr std::array<std::string_view, 4> kWorkerStarted{"queue", "table", "version", "target"};
inline constexpr std::array<std::string_view, 2> kWorkerStopped{"left", "status"};
inline constexpr std::array<std::string_view, 1> kError{"error"};
inline constexpr std::array<std::string_view, 1> kReason{"reason"};
inline constexpr std::array<std::string_view, 1> kSeconds{"seconds"};

inline constexpr EventSpec kWaiting{"start.waiting", Severity::kWarning, kQueueError, {}};
inline constexpr EventSpec kStarted{"worker.started", Severity::kInfo, kWorkerStarted, {}};
inline constexpr EventSpec kDraining{"worker.draining", Severity::kInfo, kReason, {}};
inline constexpr EventSpec kStopped{"worker.stopped", Severity::kInfo, kWorkerStopped, {}};
inline constexpr EventSpec kFailed{"worker.failed", Severity::kError, kError, {}};

inline constexpr EventSpec kStalled{"pipeline.stalled", Severity::kError, kQueueCountSeconds, {}};
inline constexpr EventSpec kMoving{"pipeline.moving", Severity::kInfo, kQueueLabel, {}};

inline constexpr EventSpec kOutageBegan{
    "outage.began",
    Severity::kError,
    kOutage,
    {Kind::kCounter, "ekiden_outages_total", "Outages of a sink: it refused every message.", "", kQueueSink}};
inline constexpr EventSpec kOutageEnded{"outage.ended", Severity::kInfo, kOutageSeconds, {}};
inline constexpr EventSpec kHandlerBlocked{
    "handler.blocked",
    Severity::kWarning,
    kQueueMessageSecondsAdvice,
    {Kind::kCounter, "ekiden_handler_blocks_total",
     "Times that a handler kept the event loop from running for 1 s or longer.", "", kQueueLabel}};

inline constexpr EventSpec kProtected{"protection.held", Severity::kInfo, kSeconds, {}};
inline constexpr EventSpec kUnprotected{"protection.released", Severity::kInfo, kSeconds, {}};
inline constexpr EventSpec kProtectionFailed{"protection.failed", Severity::kWarning, kError, {}};
inline constexpr EventSpec kReceivesPaused{"receives.paused", Severity::kInfo, kReason, {}};
inline constexpr EventSpec kReceivesResumed{"receives.resumed", Severity::kInfo, kReason, {}};

inline constexpr EventSpec kReceived{
    "messages.received",
    Severity::kDebug,
    kQueueCount,
    {Kind::kCounter, "ekiden_messages_received_total", "Messages received.", "count", kQueueLabel}};
inline constexpr EventSpec kReceiveEmpty{
    "receive.empty",
    Severity::kDebug,
    kQueueLabel,
    {Kind::kCounter, "ekiden_receives_empty_total", "Receives that returned no message.", "", kQueueLabel}};
inline constexpr EventSpec kReceiveError{
    "receive.error",
    Severity::kDebug,
    kQueueError,
    {Kind::kCounter, "ekiden_receive_failures_total", "Receives that failed.", "", kQueueLabel}};
inline constexpr EventSpec kReceiveLost{
    "receive.lost",
    Severity::kWarning,
    kQueueError,
    {Kind::kCounter, "ekiden_receives_lost_total",
     "Receives that SQS may have answered, although no answer arrived: their messages come again.", "", kQueueLabel}};
inline constexpr EventSpec kReceiveFailed{"receive.failed", Severity::kWarning, kQueueError, {}};
inline constexpr EventSpec kAge{"message.age",
                                Severity::kDebug,
                                kQueueSeconds,
                                {Kind::kHistogram, "ekiden_message_age_seconds",
                                 "Time from the send of a message to its receive.", "seconds", kQueueLabel}};
inline constexpr EventSpec kSucceeded{
    "message.succeeded",
    Severity::kDebug,
    kQueueMessage,
    {Kind::kCounter, "ekiden_messages_succeeded_total", "Messages handled and deleted.", "", kQueueLabel}};
inline constexpr EventSpec kSettled{
    "message.settled",
    Severity::kDebug,
    kQueueOutcomeSeconds,
    {Kind::kHistogram, "ekiden_receive_to_done_seconds",
     "Time from the receive of a message to the confirmation of its delete, or to its release.", "seconds",
     kQueueOutcomeLabels}};
inline constexpr EventSpec kRetried{"message.retried",
                                    Severity::kWarning,
                                    kQueueMessageWhy,
                                    {Kind::kCounter, "ekiden_messages_retried_total",
                                     "Messages released to the queue to be handled again.", "", kQueueLabel}};
inline constexpr EventSpec kRejected{
    "message.rejected",
    Severity::kWarning,
    kQueueMessageReason,
    {Kind::kCounter, "ekiden_messages_rejected_total", "Messages sent to the dead-letter queue.", "", kQueueLabel}};
/// A rejected message has no confirmed copy in the dead-letter queue, for the reason `error`. It stays in the queue.
inline constexpr EventSpec kUnstored{"message.reject_delayed", Severity::kWarning, kQueueMessageReasonError, {}};
inline constexpr EventSpec kDoneAgain{
    "message.done_again",
    Severity::kInfo,
    kQueueMessage,
    {Kind::kCounter, "ekiden_messages_done_again_total",
     "Messages received again although they were done; deleted without the handler.", "", kQueueLabel}};
inline constexpr EventSpec kAbandoned{"message.abandoned",
                                      Severity::kError,
                                      kQueueMessage,
                                      {Kind::kCounter, "ekiden_messages_abandoned_total",
                                       "Messages released while their handler still ran.", "", kQueueLabel}};
inline constexpr EventSpec kLateOutcome{"message.outcome_discarded", Severity::kWarning, kQueueMessage, {}};
inline constexpr EventSpec kDropped{"message.dropped", Severity::kInfo, kQueueMessageReason, {}};
inline constexpr EventSpec kDuplicate{"message.duplicate",
                                      Severity::kInfo,
                                      kQueueMessage,
                                      {Kind::kCounter, "ekiden_messages_duplicate_total",
                                       "Messages received again while this worker still held them.", "", kQueueLabel}};
inline constexpr EventSpec kCorrupt{
    "message.corrupt",
    Severity::kWarning,
    kQueueMessage,
    {Kind::kCounter, "ekiden_messages_corrupt_total",
     "Messages received with a wrong checksum; each is released to the queue.", "", kQueueLabel}};
inline constexpr EventSpec kDeleteFailed{
    "message.delete_failed",
    Severity::kWarning,
    kQueueMessageError,
    {Kind::kCounter, "ekiden_delete_failures_total", "Deletes that SQS rejected; each is retried if a retry can help.",
     "", kQueueErrorLabels}};
inline constexpr EventSpec kLeaseLost{"lease.lost",
                                      Severity::kWarning,
                                      kQueueMessageError,
                                      {Kind::kCounter, "ekiden_leases_lost_total",
                                       "Messages whose lease ended before they were settled.", "", kQueueLabel}};
inline constexpr EventSpec kLeaseDelayed{"lease.delayed", Severity::kWarning, kQueueError, {}};
inline constexpr EventSpec kWriteDelayed{"write.delayed", Severity::kWarning, kTableErrorDelay, {}};
inline constexpr EventSpec kWriteSlowed{"write.slowed", Severity::kWarning, kTableError, {}};
inline constexpr EventSpec kWriteRecovered{"write.recovered", Severity::kInfo, kTableSeconds, {}};

/// All events of the pipeline, for the code that turns events into logs and metrics.
inline constexpr std::array<const EventSpec*, 38> kAll{
    &kWaiting,     &kStarted,        &kDraining,         &kStopped,        &kFailed,
    &kStalled,     &kMoving,         &kHandlerBlocked,   &kOutageBegan,    &kOutageEnded,
    &kProtected,   &kUnprotected,    &kProtectionFailed, &kReceivesPaused, &kReceivesResumed,
    &kReceived,    &kReceiveEmpty,   &kReceiveError,     &kReceiveLost,    &kReceiveFailed,
    &kAge,         &kSucceeded,      &kSettled,          &kRetried,        &kRejected,
    &kDoneAgain,   &kAbandoned,      &kLateOutcome,      &kDropped,        &kDuplicate,
    &kCorrupt,     &kDeleteFailed,   &kLeaseLost,        &kLeaseDelayed,   &kWriteDelayed,
    &kWriteSlowed, &kWriteRecovered, &kUnstored};

}  // namespace ekiden::worker::events
