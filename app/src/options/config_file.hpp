/// Reads a TOML file into Options. The one place that sees toml++.
#pragma once

#include <ekiden/app/options.hpp>

#include <string>

namespace ekiden::app {

/// Sets every key of the file, flat or in a [queue.NAME] section. `where` is who named the file ("--config").
/// Throws UsageError with file and line: unreadable, not TOML, an unknown key, a value that is not allowed.
void read_config_file(const std::string& path, const std::string& where, Options& options);

}  // namespace ekiden::app
