/// `ekiden bench budgets`: the figures that have a limit.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec budgets_spec();
/// Runs it to its end and yields the exit status. app::UsageError and aws::ConfigurationError mean wrong usage.
int run_budgets(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
