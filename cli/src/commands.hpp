/// The commands of `ekiden`.
#pragma once

#include <ekiden/app/command_line.hpp>

namespace ekiden::cli {

/// Describes the whole program: the parser, the help, the manual and the completion are made from it.
app::CommandSpec program_spec();

/// Runs the command that the user named and returns its exit status.
int run_command(const app::Invocation& call);

}  // namespace ekiden::cli
