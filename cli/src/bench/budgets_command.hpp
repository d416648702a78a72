/// `ekiden bench budgets`: measures each figure that has a limit.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec budgets_spec();
/// Runs the command and returns its exit status. Throws app::UsageError or aws::ConfigurationError for wrong usage.
int run_budgets(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
