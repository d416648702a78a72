/// One event as one line.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <string>
#include <string_view>

namespace ekiden::ops {

enum class LineStyle { kText, kJson };

/// Replaces `line` with the event, without a line end: at most Log::kLineMax - 1 bytes; a field that does not fit is
/// left out.
void write_line(std::string& line, LineStyle style, const runtime::Event& event, runtime::WallTime time,
                std::string_view version);

}  // namespace ekiden::ops
