/// The events of the local service.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>

namespace ekiden::local::events {

inline constexpr std::array<std::string_view, 1> kErrorFields{"error"};
inline constexpr runtime::EventSpec kCommitFailed{"local.commit_failed", runtime::Severity::kError, kErrorFields, {}};
inline constexpr runtime::EventSpec kCheckpointFailed{
    "local.checkpoint_failed", runtime::Severity::kWarning, kErrorFields, {}};
/// The server has started although its disk is full.
inline constexpr std::array<std::string_view, 1> kFolderFields{"folder"};
inline constexpr runtime::EventSpec kDiskFull{"local.disk_full", runtime::Severity::kWarning, kFolderFields, {}};
/// The wall clock was changed by more than a day, or the server was stopped for so long. step_s: forward is positive.
inline constexpr std::array<std::string_view, 2> kStepFields{"step_s", "effect"};
inline constexpr runtime::EventSpec kClockStepped{"local.clock_stepped", runtime::Severity::kWarning, kStepFields, {}};

inline constexpr std::array<const runtime::EventSpec*, 4> kLocal{&kCommitFailed, &kCheckpointFailed, &kDiskFull,
                                                                 &kClockStepped};

}  // namespace ekiden::local::events
