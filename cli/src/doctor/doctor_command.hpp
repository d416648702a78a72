/// `ekiden doctor`: checks what a worker needs, for workers that are not an App.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

namespace ekiden::cli {

app::CommandSpec doctor_spec();
/// Runs the command and returns its exit status. Throws app::UsageError or aws::ConfigurationError for wrong usage.
int run_doctor(app::Process& process, const app::Invocation& call);

}  // namespace ekiden::cli
