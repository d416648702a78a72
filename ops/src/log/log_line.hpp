/// One event as one line.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <string>
#include <string_view>

namespace ekiden::ops {

enum class LineStyle { kText, kJson };

/// Who writes, in every line.
struct Author {
  std::string_view version;
  std::string_view task;  ///< For JSON lines; empty: none.
};

/// Replaces `line` with the event, without a line end: at most Log::kLineMax - 1 bytes; a field that does not fit is
/// left out.
void write_line(std::string& line, LineStyle style, const runtime::Event& event, runtime::WallTime time,
                const Author& author);

}  // namespace ekiden::ops
