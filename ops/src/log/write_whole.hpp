/// write_whole: writes a line to a file descriptor.
#pragma once

#include <string_view>

namespace ekiden::ops {

/// Writes all of `text`, with one write(2) if the descriptor accepts it whole. Errors are ignored and the rest is
/// dropped: a closed or full terminal must not stop the work.
void write_whole(int descriptor, std::string_view text) noexcept;

}  // namespace ekiden::ops
