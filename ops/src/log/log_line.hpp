/// write_line: formats an event as one line of the log.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::ops {

enum class LineStyle { kText, kJson };

/// What the line contains besides the event.
struct Author {
  std::string_view version;
  std::string_view task;       ///< The ECS task id, for JSON lines only. Empty: none.
  std::uint64_t repeated = 1;  ///< The number of events that the line stands for; written if it is more than 1.
};

/// Replaces the content of `line` with the event, without a line end. At most Log::kLineMax - 1 bytes: a field that
/// does not fit is left out.
void write_line(std::string& line, LineStyle style, const runtime::Event& event, runtime::WallTime time,
                const Author& author);

}  // namespace ekiden::ops
