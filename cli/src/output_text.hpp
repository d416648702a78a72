/// Where results go that a script asked for.
#pragma once

#include <string>

namespace ekiden::cli {

/// Writes the file, or standard output if `path` is "-". Throws std::runtime_error.
void write_text(const std::string& path, const std::string& text);

}  // namespace ekiden::cli
