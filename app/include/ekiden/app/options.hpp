/// Options: the values of a program's options, and where each of them was set.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::app {

/// Wrong usage or configuration. what() is one line: what was wrong, where it was set, and what is allowed. A program
/// prints it and exits with status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where a value comes from. A later source overrides an earlier one.
enum class OptionSource { kNone, kDefault, kProgram, kFile, kQueueSection, kEnvironment, kFlag };

/// The values of all options that the called command knows: its own, and those of the commands above it. Each value was
/// checked against its OptionSpec when it was set.
///
/// A flag overrides the environment, which overrides the file, which overrides the program's default (Defaults), which
/// overrides OptionSpec::fallback. In the file, a key in a [queue.NAME] section overrides a top-level key. Top-level
/// keys, flags and EKIDEN_ variables apply to all queues.
///
/// `queue` is the NAME of a [queue.NAME] section; empty: the value for all queues. Every function that takes a name
/// throws std::logic_error if the command does not have that option. Example:
///
///   const std::chrono::nanoseconds wait = options.get(option::kWaitTime, "news");
class Options {
 public:
  Options() = default;
  explicit Options(std::vector<OptionSpec> specs);

  /// The value, in the type of the name. If nothing sets it: an empty text or list, false, or 0.
  template <OptionType kType>
  OptionValue<kType> get(const OptionName<kType>& name, std::string_view queue = {}) const;
  /// The value as the user wrote it, for every type.
  std::string as_written(OptionId name, std::string_view queue = {}) const;

  /// True if it has a value that is not empty, from any source.
  bool has(OptionId name, std::string_view queue = {}) const;
  /// True if the user set it: by a flag, the environment or the file.
  bool is_set(OptionId name, std::string_view queue = {}) const;
  /// Where it was set: "--tasks", "EKIDEN_TASKS", "worker.toml:3", "the program's default", "the default".
  std::string where(OptionId name, std::string_view queue = {}) const;
  OptionSource source(OptionId name, std::string_view queue = {}) const;

  /// The name under which the user knows the option, for an error about it: "--tasks", "EKIDEN_TASKS" or
  /// "tasks (worker.toml:3)" where it is set so, else the flag.
  std::string named(OptionId name, std::string_view queue = {}) const;

  /// Throws the UsageError for the current value of `name`. For checks that need more than the value, for example that
  /// a file can be written. `allowed` follows "use" in the error.
  [[noreturn]] void refuse(OptionId name, std::string_view allowed, std::string_view queue = {}) const;
  /// Throws the UsageError for two options that exclude each other. It names each as named() does.
  [[noreturn]] void refuse_both(OptionId one, OptionId other, std::string_view queue = {}) const;

  /// Sets the program's default. Everything that the user sets overrides it. An empty `queue` means all queues. Throws
  /// UsageError if the value is not allowed.
  void set_default(OptionId name, std::string text, std::string_view queue = {});

  /// Throws UsageError if the file has a [queue.NAME] section and NAME is not in `known`.
  void require_queues(const std::vector<std::string>& known) const;

  /// The names of the file's [queue.NAME] sections, in their order in the file.
  std::vector<std::string> queue_sections() const;

  /// Warnings to print, such as a variable that looks like a misspelt option. They do not stop the program.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// The specs of all options, in the order of their declaration.
  const std::vector<OptionSpec>& specs() const { return specs_; }
  /// The spec of the option with this name (without dashes before it), or nullptr.
  const OptionSpec* find(std::string_view name) const;

  /// Checks a value and sets it, unless a stronger source has already set it. Throws UsageError if it is not allowed.
  /// For the parser and for tests.
  void set(OptionSource source, OptionId name, std::string text, std::string where, std::string_view queue = {});
  /// The flag without a value: sets OptionSpec::implied, which is not checked.
  void imply(OptionId name);
  void note_queue_section(std::string queue, std::string where);
  void warn(std::string sentence) { warnings_.push_back(std::move(sentence)); }

 private:
  struct Setting {
    OptionSource source = OptionSource::kNone;
    std::string text;
    std::string where;
  };
  using Key = std::pair<std::string, std::string>;  // Queue (empty: all), name.

  const OptionSpec& spec_of(OptionId name) const;
  Setting resolve(OptionId name, std::string_view queue) const;
  std::string text_of(OptionId name, OptionType type, std::string_view queue) const;

  std::vector<OptionSpec> specs_;
  std::map<Key, Setting> user_settings_;  // The value of the user's strongest source.
  std::map<Key, std::string> program_defaults_;
  std::vector<std::pair<std::string, std::string>> queue_sections_;  // Name, where.
  std::vector<std::string> warnings_;
};

}  // namespace ekiden::app
