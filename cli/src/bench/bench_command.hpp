/// `ekiden bench`: measures workers in the 2016 experiment, and verifies what they wrote.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec bench_spec();
/// Runs the command and returns its exit status. Throws app::UsageError or aws::ConfigurationError for wrong usage.
int run_bench(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
