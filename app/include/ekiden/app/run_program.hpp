/// run_program: what `main` of every program of ours does.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/base/exit_status.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ekiden::app {

/// Reads the command line. Prints the text that the user asked for (help, version), or else calls `run` and returns
/// its exit status.
///
/// An exception becomes one line on standard error, "NAME: what()", and a status: base::kExitWrongUsage for UsageError,
/// aws::ConfigurationError and ops::ListenFailed, base::kExitFailed for everything else.
int run_program(const CommandSpec& program, std::vector<std::string> words,
                const std::function<int(Invocation& call)>& run);

}  // namespace ekiden::app
