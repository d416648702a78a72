/// What the help, the manual page and the completion scripts share.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <string>
#include <vector>

namespace ekiden::app {

/// The commands from `root` down along `path`; stops where a name is unknown.
std::vector<const CommandSpec*> commands_along(const CommandSpec& root, const std::vector<std::string>& path);

/// Whether `command` takes an option of a command above it.
bool inherits(const CommandSpec& command, const OptionSpec& option);

/// "DURATION", "FILE", empty for a bool.
std::string value_name(const OptionSpec& spec);

/// "(default 30s, from 6s to 1h)", or nothing.
std::string facts(const OptionSpec& spec);

/// The headings of the options, in the order of their first option.
std::vector<std::string> groups_of(const CommandSpec& command);

/// True if some option of the command or of those above it names a configuration file.
bool reads_config_file(const std::vector<const CommandSpec*>& commands);

/// `text` with each "{program}" replaced.
std::string with_program(std::string text, const std::string& program);

}  // namespace ekiden::app
