/// The commands of `ekiden`.
#pragma once

#include <ekiden/app/command_line.hpp>

namespace ekiden::cli {

/// The whole program, for the parser, the help, the manual and the completion.
app::CommandSpec program_spec();

/// Runs the command that was asked for to its end, and yields the exit status.
int run_command(const app::Invocation& call);

}  // namespace ekiden::cli
