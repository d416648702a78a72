/// The command line: what the user asked for, out of flags, environment and configuration file.
#pragma once

#include <ekiden/app/option_spec.hpp>
#include <ekiden/app/options.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::app {

/// Environment variables by name; ordered, so that what is said about them is always said the same way.
using Environment = std::map<std::string, std::string>;

/// The environment of this process.
Environment process_environment();

/// What was asked for.
struct Invocation {
  std::string program;               ///< The path by which the program was called: what next commands begin with.
  std::vector<std::string> command;  ///< The commands given, outermost first: {"bench", "budgets"}. Empty: none.
  std::vector<std::string> arguments;
  Options options;
  /// Set if the user asked for text and nothing else: --help, --version, a completion script, the manual page.
  /// It goes to standard output, and the exit status is 0.
  std::optional<std::string> output;
};

/// Reads the command line (`words[0]` is the program's path), the environment and, if an option names one, the TOML
/// file. Every value is checked. Throws UsageError.
///
/// Each program also gets, without declaring them: --help and -h for every command, `completion bash|zsh` and
/// `man-page`.
Invocation parse_command_line(const CommandSpec& program, std::vector<std::string> words,
                              const Environment& environment);

}  // namespace ekiden::app
