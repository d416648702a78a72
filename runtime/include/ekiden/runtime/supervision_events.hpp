/// The events of supervision.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>

namespace ekiden::runtime::events {

inline constexpr std::array<std::string_view, 1> kActorFields{"actor"};
inline constexpr std::array<std::string_view, 2> kActorErrorFields{"actor", "error"};
inline constexpr std::array<std::string_view, 2> kActorWaitingFields{"actor", "waiting_on"};
inline constexpr std::array<std::string_view, 3> kActorRestartFields{"actor", "delay_seconds", "error"};

inline constexpr EventSpec kActorStarted{"actor.started", Severity::kDebug, kActorFields, {}};
inline constexpr EventSpec kActorCrashed{"actor.crashed", Severity::kWarning, kActorErrorFields, {}};
inline constexpr EventSpec kActorRestarted{
    "actor.restarted",
    Severity::kWarning,
    kActorRestartFields,
    {MetricSpec::Kind::kCounter, "ekiden_restarts_total", "Restarts of supervised actors.", "", kActorFields}};
inline constexpr EventSpec kActorStopped{"actor.stopped", Severity::kDebug, kActorFields, {}};
inline constexpr EventSpec kActorKilled{"actor.killed", Severity::kWarning, kActorFields, {}};
/// The actor was cancelled and did not end. A stop does not wait for it any more.
inline constexpr EventSpec kActorAbandoned{"actor.abandoned", Severity::kError, kActorWaitingFields, {}};
inline constexpr EventSpec kEscalated{"supervisor.escalated", Severity::kError, kActorErrorFields, {}};

/// All events of supervision, for logs and metrics.
inline constexpr std::array<const EventSpec*, 7> kSupervision{
    &kActorStarted, &kActorCrashed, &kActorRestarted, &kActorStopped, &kActorKilled, &kActorAbandoned, &kEscalated};

}  // namespace ekiden::runtime::events
