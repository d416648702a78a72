/// `ekiden send`: sends messages to a queue.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec send_spec();
/// Runs the command and returns its exit status. Throws app::UsageError or aws::ConfigurationError for wrong usage.
int run_send(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
