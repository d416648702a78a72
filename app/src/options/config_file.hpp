/// Reads a TOML file into Options. Its source is the only one that uses toml++.
#pragma once

#include <ekiden/app/options.hpp>

#include <string>

namespace ekiden::app {

/// Sets the option of every key in the file: top-level keys, and keys in [queue.NAME] sections. `where` says what named
/// the file ("--config", "EKIDEN_CONFIG").
/// Throws UsageError with file and line if the file cannot be read, is not TOML, or has an unknown key or a value that
/// is not allowed.
void read_config_file(const std::string& path, const std::string& where, Options& options);

}  // namespace ekiden::app
