/// The commands of `ekiden`: what each can be told, and what each does.
#pragma once

#include <ekiden/app/command_line.hpp>

namespace ekiden::cli {

class Process;

/// The whole program, for the parser, the help, the manual and the completion.
app::CommandSpec program_spec();

/// Each runs one command to its end and returns the exit status. app::UsageError and aws::ConfigurationError mean 2,
/// any other exception 1; main() prints them.
int run_local(Process& process, const app::Invocation& call);
int run_up(Process& process, const app::Invocation& call);
int run_send(Process& process, const app::Invocation& call);
int run_bench(Process& process, const app::Invocation& call);
int run_budgets(Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
