/// `ekiden bench`: the experiment, measured and verified.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec bench_spec();
/// Runs it to its end and yields the exit status. app::UsageError and aws::ConfigurationError mean wrong usage.
int run_bench(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
