/// The events that a worker publishes when it starts. Their names and fields are a contract: see docs/logs.md.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>

namespace ekiden::app::events {

inline constexpr std::array<std::string_view, 2> kLimitSource{"limit_bytes", "source"};
inline constexpr std::array<std::string_view, 1> kError{"error"};
inline constexpr std::array<std::string_view, 2> kAddressUrl{"address", "url"};

inline constexpr runtime::EventSpec kMemoryLimited{"memory.limited", runtime::Severity::kInfo, kLimitSource, {}};
inline constexpr runtime::EventSpec kEcsNotTold{"ecs.not_told", runtime::Severity::kWarning, kError, {}};
/// The default address of --ops is in use, so the pages are at another port.
inline constexpr runtime::EventSpec kOpsMoved{"ops.moved", runtime::Severity::kInfo, kAddressUrl, {}};

/// All events of this header.
inline constexpr std::array<const runtime::EventSpec*, 3> kApp{&kMemoryLimited, &kEcsNotTold, &kOpsMoved};

}  // namespace ekiden::app::events
