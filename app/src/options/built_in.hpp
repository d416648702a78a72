/// The option --version and the commands `completion` and `man-page`, which every program has without declaring them.
#pragma once

#include <ekiden/app/command_line.hpp>

namespace ekiden::app {

/// `program` with --version, `completion` and `man-page` added. --version is added only if the program has a version.
CommandSpec with_built_in_commands(CommandSpec program);

/// If the call is for one of them, writes its text into call.output and returns true. Throws UsageError for an unknown
/// shell.
bool answer_built_in(const CommandSpec& program, Invocation& call);

}  // namespace ekiden::app
