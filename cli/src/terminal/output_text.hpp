/// Writes results to the file that an option names.
#pragma once

#include <ekiden/app/options.hpp>

#include <string>

namespace ekiden::cli {

using FileOption = app::OptionName<app::OptionType::kString>;

/// Throws app::UsageError if the option `name` names a file that write_text() could not write. Call it before a long
/// measurement, so that the result is not lost. Creates and opens nothing; accepts an option that is not set.
void require_writable(const app::Options& options, const FileOption& name);

/// Writes `text` to the file, or to standard output if `path` is "-". Throws std::runtime_error.
void write_text(const std::string& path, const std::string& text);

}  // namespace ekiden::cli
