/// What the help, the manual page and the completion scripts share.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <string>
#include <vector>

namespace ekiden::app {

/// `root` and the commands below it that `path` names. Stops at the first unknown name.
std::vector<const CommandSpec*> commands_along(const CommandSpec& root, const std::vector<std::string>& path);

/// Whether `command` takes an option of a command above it.
bool inherits(const CommandSpec& command, const OptionSpec& option);

/// "DURATION", "FILE", empty for a bool.
std::string value_name(const OptionSpec& spec);

/// "(default 30s; 2s to 1h; per queue)", "(default: one per CPU core; 1 to 1024)", or an empty text.
std::string facts(const OptionSpec& spec);

/// The headings of the options, in the order of each heading's first option.
std::vector<std::string> groups_of(const CommandSpec& command);

/// True if an option of one of `commands` names a configuration file.
bool reads_config_file(const std::vector<const CommandSpec*>& commands);

/// The name of a program that was called by `path`: the last part of the path.
std::string program_name(const std::string& path);

/// `text` with each "{program}" replaced by `program`.
std::string with_program(std::string text, const std::string& program);

}  // namespace ekiden::app
