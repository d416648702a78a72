/// `ekiden up`: starts a local server, queue, table, workers and a status page.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec up_spec();
/// Runs the command and returns its exit status. Throws app::UsageError or aws::ConfigurationError for wrong usage.
int run_up(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
