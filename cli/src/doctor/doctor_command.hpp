/// `ekiden doctor`: what a worker needs, checked; for workers that are no App.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec doctor_spec();
/// Runs it to its end and yields the exit status. app::UsageError and aws::ConfigurationError mean wrong usage.
int run_doctor(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
