/// OptionSpec and CommandSpec: what a program can be told, declared once.
///
/// One declaration makes the flag, the environment variable, the key of the configuration file, the check at start,
/// the help, the manual page and the shell completion.
#pragma once

#include <ekiden/app/option_name.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::app {

/// Where an option may be set.
enum class OptionScope {
  kEverywhere,  ///< Flag, environment variable, key of the file.
  kNoFile,      ///< Flag and environment variable: what the file cannot say about itself.
  kFlagOnly     ///< What asks for an act rather than configures one: --health.
};

/// One option. Its flag is `--name`, its variable EKIDEN_NAME (dashes become underscores), its key `name`.
struct OptionSpec {
  std::string name{};
  OptionType type = OptionType::kString;
  std::string help{};                  ///< One sentence, lower case, no full stop.
  std::string fallback{};              ///< The default as a user would write it; empty: none.
  std::string value_name{};            ///< What stands for the value in the help: FILE, ADDRESS. Empty: by type.
  std::string minimum{};               ///< For numbers, sizes and durations, as a user would write it.
  std::string maximum{};               ///< Likewise.
  std::vector<std::string> choices{};  ///< For kChoice, all; for kString and kList, what completion offers.
  std::string group{};                 ///< The heading in the help; empty: "options".
  OptionScope scope = OptionScope::kEverywhere;
  bool per_queue = false;    ///< May stand in a [queue.NAME] section too.
  bool hidden = false;       ///< Not in the help: for tests and for Ekiden's own parent processes.
  bool config_file = false;  ///< Its value names the TOML file to read.
  /// The value of the flag when it is given without one. It is not held against the limits, so that it can be a value
  /// that nobody can write: --health without a process id is 0, the least process id is 1.
  std::optional<std::string> implied{};
  /// A check of its own: returns nothing when the text is fine, else what is allowed, in words, where
  /// "{default}" stands for the fallback.
  std::function<std::optional<std::string>(std::string_view text)> check{};

  OptionId id() const { return OptionId(name); }
  std::string flag() const { return id().flag(); }
  std::string variable() const { return id().variable(); }
};

/// The option `name`, which says what it is called and of which type it is. `rest` says everything else.
template <OptionType kType>
OptionSpec declare(const OptionName<kType>& name, OptionSpec rest) {
  rest.name = name.text();
  rest.type = kType;
  return rest;
}

/// `options` under one heading of the help.
std::vector<OptionSpec> in_group(std::string_view group, std::vector<OptionSpec> options);

/// The names as CommandSpec::inherits takes them.
std::vector<std::string> names_of(const std::vector<OptionId>& options);

/// An argument without a name: `feed MEMBER`.
struct ArgumentSpec {
  std::string name;  ///< As the help shows it, in capitals.
  std::string help{};
  bool required = true;
  std::vector<std::string> choices{};  ///< What completion offers.
};

/// A program, or one of its commands. A command takes its own options and those of the commands above it.
struct CommandSpec {
  std::string name{};
  std::string help{};         ///< One line.
  std::string description{};  ///< More, for the help of the command itself and the manual.
  std::vector<OptionSpec> options{};
  std::vector<ArgumentSpec> arguments{};
  std::vector<CommandSpec> commands{};
  std::vector<std::string> examples{};  ///< Command lines; "{program}" becomes the program's file name.
  /// The options of the commands above that it takes, by name; nothing: all of them. Another's flag is wrong usage, its
  /// variable and its key mean the commands that take it.
  std::optional<std::vector<std::string>> inherits{};
  bool hidden = false;
  bool command_required = false;  ///< Without one of `commands` the usage is wrong.
  std::string version{};          ///< Of the program: what --version prints after its name. Empty: no --version.
};

}  // namespace ekiden::app
