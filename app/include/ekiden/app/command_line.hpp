/// parse_command_line: the command, arguments and options that the user gave, by flags, environment and configuration
/// file.
#pragma once

#include <ekiden/app/option_spec.hpp>
#include <ekiden/app/options.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::app {

/// Environment variables by name. Ordered, so that warnings about them always come in the same order.
using Environment = std::map<std::string, std::string>;

/// The environment of this process.
Environment process_environment();

/// One call of a program.
struct Invocation {
  std::string program;  ///< The path by which the program was called, to print commands that can be pasted.
  std::vector<std::string> command;  ///< The given commands, outermost first: {"bench", "budgets"}. Empty: none.
  std::vector<std::string> arguments;
  Options options;
  /// Set if the user asked only for text: --help, --version, a completion script or the manual page. The program prints
  /// it on standard output and exits with status 0.
  std::optional<std::string> output;
};

/// Reads the command line (`words[0]` is the program's path), the environment and, if an option names one, the TOML
/// file. Checks every value. Throws UsageError.
///
/// Every program has, without declaring them: --help and -h for every command, and the commands `completion bash|zsh`
/// and `man-page`.
Invocation parse_command_line(const CommandSpec& program, std::vector<std::string> words,
                              const Environment& environment);

}  // namespace ekiden::app
