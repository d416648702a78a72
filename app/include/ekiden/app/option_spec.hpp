/// OptionSpec and CommandSpec: the options and commands of a program, declared once.
///
/// From one declaration come the flag, the environment variable, the key of the configuration file, the check of the
/// value, the help, the manual page and the shell completion.
#pragma once

#include <ekiden/app/option_name.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::app {

/// Where an option can be set.
enum class OptionScope {
  kEverywhere,  ///< Flag, environment variable, key of the file.
  kNoFile,      ///< Flag and environment variable only, such as --config, which names the file.
  kFlagOnly     ///< Flag only: an option that makes the program do something else, such as --health.
};

/// One option. Its flag is `--name`, its variable EKIDEN_NAME (dashes become underscores), its key `name`.
struct OptionSpec {
  std::string name{};
  OptionType type = OptionType::kString;
  std::string help{};                  ///< A noun phrase or an instruction, lower case, no full stop.
  std::string fallback{};              ///< The default, as a user would write it. Empty: none.
  std::string default_words{};         ///< For the help, if the default is not a fixed value: "the queue's own".
  std::string value_name{};            ///< Placeholder for the value in the help: FILE, ADDRESS. Empty: by type.
  std::string minimum{};               ///< For numbers, sizes and durations, as a user would write it.
  std::string maximum{};               ///< As minimum.
  std::vector<std::string> choices{};  ///< For kChoice: all values. For kString and kList: what completion offers.
  std::string group{};                 ///< The heading in the help; empty: "options".
  OptionScope scope = OptionScope::kEverywhere;
  bool per_queue = false;    ///< Can also be set in a [queue.NAME] section.
  bool hidden = false;       ///< Not in the help: for tests, and for `ekiden up`, which starts workers.
  bool config_file = false;  ///< Its value names the TOML file to read.
  /// The value if the flag is given without one. It is not checked against the limits, so it can be a value that no
  /// user can write: --health without a process id is 0, and the smallest process id is 1.
  std::optional<std::string> implied{};
  /// A further check of the value. Returns nothing if `text` is allowed, otherwise the words that follow "use" in the
  /// error, such as "a URL such as http://127.0.0.1:4566". "{default}" in them is replaced by the fallback, "{range}"
  /// by the limits: " from 1s to 20s".
  std::function<std::optional<std::string>(std::string_view text)> check{};

  OptionId id() const { return OptionId(name); }
  std::string flag() const { return id().flag(); }
  std::string variable() const { return id().variable(); }
};

/// The spec of the option `name`: `rest` with its name and type set.
template <OptionType kType>
OptionSpec declare(const OptionName<kType>& name, OptionSpec rest) {
  rest.name = name.text();
  rest.type = kType;
  return rest;
}

/// `options`, all under the heading `group` of the help.
std::vector<OptionSpec> in_group(std::string_view group, std::vector<OptionSpec> options);

/// The names of the options, for CommandSpec::inherits.
std::vector<std::string> names_of(const std::vector<OptionId>& options);

/// A positional argument: MEMBER in `feed MEMBER`.
struct ArgumentSpec {
  std::string name;  ///< As the help shows it, in capital letters.
  std::string help{};
  bool required = true;
  std::vector<std::string> choices{};  ///< What completion offers.
};

/// A program, or one of its commands. A command takes its own options, and those of the commands above it unless
/// `inherits` restricts them.
struct CommandSpec {
  std::string name{};
  std::string help{};         ///< One line.
  std::string description{};  ///< A longer text for the command's own help and the manual page. Empty: `help`.
  std::vector<OptionSpec> options{};
  std::vector<ArgumentSpec> arguments{};
  std::vector<CommandSpec> commands{};
  std::vector<std::string> examples{};  ///< Command lines; "{program}" is replaced by the program's file name.
  /// The names of the options that it takes from the commands above it; empty: all. The flag of any other option is
  /// wrong usage. The variable and the key of any other option are accepted: they are meant for other commands.
  std::optional<std::vector<std::string>> inherits{};
  bool hidden = false;
  bool command_required = false;  ///< The program must be called with one of `commands`.
  std::string version{};          ///< What --version prints after the program's name. Empty: no --version.
};

}  // namespace ekiden::app
