/// Where results go that a script asked for.
#pragma once

#include <ekiden/app/options.hpp>

#include <string>

namespace ekiden::cli {

using FileOption = app::OptionName<app::OptionType::kString>;

/// Throws UsageError if the option `name` names a file that write_text() could not write: said before a measurement
/// begins, it costs nothing. Makes and opens nothing; an option that is not set is fine.
void require_writable(const app::Options& options, const FileOption& name);

/// Writes the file, or standard output if `path` is "-". Throws std::runtime_error.
void write_text(const std::string& path, const std::string& text);

}  // namespace ekiden::cli
