/// What every program can be asked for without declaring it.
#pragma once

#include <ekiden/app/command_line.hpp>

namespace ekiden::app {

/// `program` with --version, `completion` and `man-page` added.
CommandSpec with_built_in_commands(CommandSpec program);

/// If the call asks for one of them, writes its text into call.output. Throws UsageError for an unknown shell.
bool answer_built_in(const CommandSpec& program, Invocation& call);

}  // namespace ekiden::app
