/// The events of the log itself. Their names and fields are a contract: see docs/logs.md.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>
#include <string_view>

namespace ekiden::ops::events {

inline constexpr std::array<std::string_view, 1> kCount{"count"};

/// Written by Log instead of lines that were dropped, because nobody read the log in time. It is never published:
/// the metric ekiden_log_lines_dropped_total counts while the log is stuck.
inline constexpr runtime::EventSpec kLogDropped{"log.dropped", runtime::Severity::kWarning, kCount, {}};

/// All events of this header.
inline constexpr std::array<const runtime::EventSpec*, 1> kOps{&kLogDropped};

}  // namespace ekiden::ops::events
