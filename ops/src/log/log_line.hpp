/// write_line: formats an event as one line of the log.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <string>
#include <string_view>

namespace ekiden::ops {

enum class LineStyle { kText, kJson };

/// The writer, as named in every line.
struct Author {
  std::string_view version;
  std::string_view task;  ///< The ECS task id, for JSON lines only. Empty: none.
};

/// Replaces the content of `line` with the event, without a line end. At most Log::kLineMax - 1 bytes: a field that
/// does not fit is left out.
void write_line(std::string& line, LineStyle style, const runtime::Event& event, runtime::WallTime time,
                const Author& author);

}  // namespace ekiden::ops
