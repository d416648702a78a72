/// `ekiden up`: local server, queues, table, workers and a status page, in one go.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec up_spec();
/// Runs it to its end and yields the exit status. app::UsageError and aws::ConfigurationError mean wrong usage.
int run_up(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
