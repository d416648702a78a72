/// run_program: the body of `main` of every Ekiden program.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/base/exit_status.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ekiden::app {

/// Reads the command line. Prints the text that the user asked for (help, version) and returns base::kExitDone, or
/// calls `run` and returns its exit status.
///
/// An exception is printed as one line on standard error, "NAME: what()". The exit status is then base::kExitWrongUsage
/// for UsageError, aws::ConfigurationError and ops::ListenFailed, and base::kExitFailed for everything else.
int run_program(const CommandSpec& program, std::vector<std::string> words,
                const std::function<int(Invocation& call)>& run);

}  // namespace ekiden::app
