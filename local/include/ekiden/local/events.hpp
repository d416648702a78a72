/// The events of the local service.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>

namespace ekiden::local::events {

inline constexpr std::array<std::string_view, 1> kErrorFields{"error"};
inline constexpr runtime::EventSpec kCommitFailed{"local.commit_failed", runtime::Severity::kError, kErrorFields, {}};
inline constexpr runtime::EventSpec kCheckpointFailed{
    "local.checkpoint_failed", runtime::Severity::kWarning, kErrorFields, {}};

inline constexpr std::array<const runtime::EventSpec*, 2> kLocal{&kCommitFailed, &kCheckpointFailed};

}  // namespace ekiden::local::events
