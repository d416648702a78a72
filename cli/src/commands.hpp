/// The commands of `ekiden`: what each can be told, and what each does.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

/// The whole program, for the parser, the help, the manual and the completion.
app::CommandSpec program_spec();

/// Each runs one command to its end and returns the exit status. app::UsageError and aws::ConfigurationError mean 2,
/// any other exception 1; main() prints them.
int run_local(app::Process& process, const app::Invocation& call);
int run_up(app::Process& process, const app::Invocation& call);
int run_send(app::Process& process, const app::Invocation& call);
int run_doctor(app::Process& process, const app::Invocation& call);
int run_bench(app::Process& process, const app::Invocation& call);
int run_budgets(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
