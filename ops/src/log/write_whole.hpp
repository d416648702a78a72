/// write_whole: a line on a descriptor.
#pragma once

#include <string_view>

namespace ekiden::ops {

/// Writes all of `text`, in one write(2) where the descriptor takes it so. What cannot be written is dropped: a closed
/// or full terminal must not stop the work.
void write_whole(int descriptor, std::string_view text) noexcept;

}  // namespace ekiden::ops
