/// Options: the values a program was started with, whoever set them.
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

/// Wrong usage or configuration: one line that names what was wrong, where it was set, and what is allowed.
/// A program prints it and exits with status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where a value comes from, weakest first: a later one wins.
enum class OptionSource { kNone, kDefault, kProgram, kFile, kQueueSection, kEnvironment, kFlag };

/// The values of every option in sight, each checked against its OptionSpec when it was set.
///
/// A flag beats the environment, which beats the file, which beats the program's own default (run_worker's second
/// argument), which beats the table's. In the file a [queue.NAME] section beats a flat key; flat keys, flags and
/// EKIDEN_ variables mean all queues. Options are asked for by name: see OptionName. An option that the command does
/// not have is a std::logic_error to ask for.
class Options {
 public:
  Options() = default;
  explicit Options(std::vector<OptionSpec> specs);

  /// The value: text, bool, number, bytes, time or list, as the name says.
  template <OptionType kType>
  OptionValue<kType> get(const OptionName<kType>& name, std::string_view queue = {}) const;
  /// The value as its user writes it, whatever its type.
  std::string as_written(OptionId name, std::string_view queue = {}) const;

  /// True if anything but an empty default gives it a value.
  bool has(OptionId name, std::string_view queue = {}) const;
  /// True if a flag, the environment or the file gives it.
  bool is_set(OptionId name, std::string_view queue = {}) const;
  /// Who set it: "--tasks", "EKIDEN_TASKS", "worker.toml:3", "the program's default", "the default".
  std::string where(OptionId name, std::string_view queue = {}) const;
  OptionSource source(OptionId name, std::string_view queue = {}) const;

  /// Throws the UsageError of a value that only its user can judge, in the words of every other one.
  [[noreturn]] void refuse(OptionId name, std::string_view allowed, std::string_view queue = {}) const;

  /// The program's own default, weaker than all that its user says. An empty `queue`: for all queues.
  void set_default(OptionId name, std::string text, std::string_view queue = {});

  /// Throws UsageError if the file has a [queue.NAME] section for a queue that is none of `known`.
  void require_queues(const std::vector<std::string>& known) const;

  /// The names of the file's [queue.NAME] sections, in its order.
  std::vector<std::string> queue_sections() const;

  /// Sentences about the environment that stop nothing: a variable that looks like a misspelt option.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// All specs in sight, in the order of their declaration.
  const std::vector<OptionSpec>& specs() const { return specs_; }
  /// The spec of a name that a user wrote, or nullptr.
  const OptionSpec* find(std::string_view name) const;

  /// Sets a value after checking it (UsageError). For the parser and for tests.
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
  std::map<Key, Setting> user_settings_;  // The strongest that the user gave.
  std::map<Key, std::string> program_defaults_;
  std::vector<std::pair<std::string, std::string>> queue_sections_;  // Name, where.
  std::vector<std::string> warnings_;
};

}  // namespace ekiden::app
