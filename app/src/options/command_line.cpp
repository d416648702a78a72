// The only source that uses CLI11. CLI11 splits the words into commands, flags and arguments; the option table decides
// what the values mean and which are allowed.
#include <ekiden/app/command_line.hpp>
#include <ekiden/app/manual.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/base/words.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>

#include "built_in.hpp"
#include "config_file.hpp"
#include "manual_parts.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX makes the program declare it.

namespace ekiden::app {
namespace {

/// A command: our spec, and the CLI11 objects made from it.
struct Node {
  const CommandSpec* spec = nullptr;
  CLI::App* app = nullptr;
  std::vector<std::pair<const OptionSpec*, CLI::Option*>> flags;
  std::vector<std::unique_ptr<Node>> commands;
};

void build(Node& node) {
  CLI::App& app = *node.app;
  app.set_help_flag("-h,--help");
  app.allow_extras();  // We report unknown words ourselves, with the nearest known one.
  for (const OptionSpec& spec : node.spec->options) {
    CLI::Option* option = nullptr;
    if (spec.type == OptionType::kBool) {
      option = app.add_flag(spec.flag());  // "--memory" or "--memory=false"; the next word is never its value.
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else {
      option = app.add_option(spec.flag(), "");
      option->expected(spec.implied ? 0 : 1, 1);
      option->multi_option_policy(spec.type == OptionType::kList ? CLI::MultiOptionPolicy::TakeAll
                                                                 : CLI::MultiOptionPolicy::TakeLast);
    }
    node.flags.emplace_back(&spec, option);
  }
  if (!node.spec->commands.empty()) {
    app.require_subcommand(0, 1);
  }
  for (const CommandSpec& command : node.spec->commands) {
    auto child = std::make_unique<Node>();
    child->spec = &command;
    child->app = app.add_subcommand(command.name, "");
    child->app->fallthrough();
    build(*child);
    node.commands.push_back(std::move(child));
  }
}

/// The given commands, outermost first. The first element is the program itself.
std::vector<const Node*> given_path(const Node& root) {
  std::vector<const Node*> path{&root};
  for (;;) {
    const auto& commands = path.back()->commands;
    const auto next =
        std::find_if(commands.begin(), commands.end(), [](const auto& child) { return child->app->parsed(); });
    if (next == commands.end()) {
      return path;
    }
    path.push_back(next->get());
  }
}

std::vector<OptionSpec> specs_in_sight(const std::vector<const Node*>& path) {
  std::vector<OptionSpec> specs;
  for (const Node* node : path) {
    specs.insert(specs.end(), node->spec->options.begin(), node->spec->options.end());
  }
  return specs;
}

/// The command as an example shows it: the file name of the program, and the names of the commands.
std::string words_of(const std::vector<const Node*>& path, const std::string& program) {
  std::string words = program_name(program);
  for (std::size_t i = 1; i < path.size(); ++i) {
    words += " " + path[i]->spec->name;
  }
  return words;
}

/// The command without the program, because each error begins with the program's name.
std::string command_of(const std::vector<const Node*>& path, const std::string& program) {
  const std::string words = words_of(path, program);
  return path.size() == 1 ? words : words.substr(words.find(' ') + 1);
}

/// The commands below `command` that have an option `name` of their own, as a user would type them.
std::vector<std::string> owners_of(const CommandSpec& command, const std::string& words, std::string_view name) {
  std::vector<std::string> owners;
  const auto matches = [name](const OptionSpec& spec) { return spec.name == name && !spec.hidden; };
  for (const CommandSpec& below : command.commands) {
    if (below.hidden) {
      continue;
    }
    const std::string full = words + " " + below.name;
    if (std::ranges::any_of(below.options, matches)) {
      owners.push_back(full);
    }
    std::ranges::move(owners_of(below, full, name), std::back_inserter(owners));
  }
  return owners;
}

/// `word`: an unknown option, such as "--tasl=2". The error names the commands that have the option, or the nearest
/// option of this command.
[[noreturn]] void refuse_option(const std::vector<const Node*>& path, const std::string& program, std::string word) {
  word = word.substr(0, word.find('='));
  const std::string name = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  const std::string start = "unknown option " + word + "; ";
  const std::vector<std::string> owners = owners_of(*path.front()->spec, words_of({path.front()}, program), name);
  if (!owners.empty() && word.starts_with("--")) {
    throw UsageError(start + "it is an option of " + base::join(owners, ", "));
  }
  std::vector<std::string> known{"help"};
  for (const Node* node : path) {
    for (const OptionSpec& spec : node->spec->options) {
      if (!spec.hidden && (node == path.back() || inherits(*path.back()->spec, spec))) {
        known.push_back(spec.name);
      }
    }
  }
  const std::string best = nearest(name, known);
  throw UsageError(start +
                   (best.empty() ? "see " + words_of(path, program) + " --help" : "did you mean --" + best + "?"));
}

[[noreturn]] void refuse_word(const std::vector<const Node*>& path, const std::string& program, std::string word) {
  if (word.starts_with("-")) {
    refuse_option(path, program, std::move(word));
  }
  const std::string see = "; see " + words_of(path, program) + " --help";
  std::vector<std::string> known;
  for (const CommandSpec& command : path.back()->spec->commands) {
    if (!command.hidden) {
      known.push_back(command.name);
    }
  }
  if (known.empty()) {
    throw UsageError("unexpected argument \"" + word + "\"" + see);
  }
  const std::string best = nearest(word, known);
  throw UsageError("unknown command \"" + word + "\"" + (best.empty() ? see : "; did you mean " + best + "?"));
}

/// True if the user wrote an empty value, such as `--health "$PID"` with an unset variable. CLI11 reports it like no
/// value.
bool has_empty_value(const std::vector<std::string>& words, const OptionSpec& spec) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool next_is_empty = i + 1 < words.size() && words[i + 1].empty();
    if (words[i] == spec.flag() + "=" || (words[i] == spec.flag() && next_is_empty)) {
      return true;
    }
  }
  return false;
}

/// The value of a flag that was given once or more often. `given`: its values, in their order. Two names cannot both be
/// meant, for example two queues. Of other values the last one counts, so that a script can override its defaults.
std::string one_value(const OptionSpec& spec, const std::vector<std::string>& given) {
  if (spec.type == OptionType::kList) {
    return base::join(given, ",");
  }
  if (spec.type != OptionType::kString) {
    return given.back();
  }
  const auto other = std::ranges::find_if(given, [&given](const std::string& value) { return value != given.front(); });
  if (other != given.end()) {
    throw UsageError(spec.flag() + " is given twice, with \"" + given.front() + "\" and \"" + *other +
                     "\"; give it once");
  }
  return given.empty() ? "" : given.front();
}

void take_flags(const std::vector<const Node*>& path, const std::string& program, const std::vector<std::string>& words,
                Options& options) {
  for (const Node* node : path) {
    for (const auto& [spec, option] : node->flags) {
      if (option->count() == 0) {
        continue;
      }
      if (node != path.back() && !inherits(*path.back()->spec, *spec)) {
        throw UsageError(command_of(path, program) + " does not accept " + spec->flag() + "; see " +
                         words_of(path, program) + " --help");
      }
      const std::string text = one_value(*spec, option->results());
      if (spec->implied && text.empty() && !has_empty_value(words, *spec)) {
        options.imply(spec->id());
        continue;
      }
      options.set(OptionSource::kFlag, spec->id(), text, spec->flag());
    }
  }
}

void take_environment(const Environment& environment, Options& options) {
  constexpr std::string_view kPrefix = "EKIDEN_";
  std::vector<std::string> known;  // Without the prefix.
  for (const OptionSpec& spec : options.specs()) {
    if (spec.scope == OptionScope::kFlagOnly) {
      continue;
    }
    known.push_back(spec.variable().substr(kPrefix.size()));
    const auto found = environment.find(spec.variable());
    // Task definitions and shells often set a variable to "" to mean "not set".
    if (found != environment.end() && !found->second.empty()) {
      options.set(OptionSource::kEnvironment, spec.id(), found->second, spec.variable());
    }
  }
  // An unknown variable is not an error, because other programs of Ekiden have their own. One that looks like a
  // misspelt option of this program gets a warning.
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix) || name == "EKIDEN_QUEUE_URL" ||
        std::ranges::find(known, name.substr(kPrefix.size())) != known.end()) {
      continue;
    }
    if (const std::string best = nearest(name.substr(kPrefix.size()), known); !best.empty()) {
      options.warn(name + " is set, but this program has no such option; did you mean " + std::string(kPrefix) + best +
                   "?");
    }
  }
}

/// The words that CLI11 could not match are the command's arguments; throws UsageError for any more.
std::vector<std::string> take_arguments(const std::vector<const Node*>& path, const std::string& program,
                                        std::vector<std::string> words) {
  const auto& specs = path.back()->spec->arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i >= specs.size() || (words[i].starts_with("-") && words[i] != "-")) {
      refuse_word(path, program, words[i]);
    }
  }
  if (words.size() < specs.size() && specs[words.size()].required) {
    const ArgumentSpec& missing = specs[words.size()];
    throw UsageError(command_of(path, program) + " needs " + missing.name +
                     (missing.help.empty() ? "" : ": " + missing.help) + "; see " + words_of(path, program) +
                     " --help");
  }
  return words;
}

/// Turns CLI11's error about the number of a flag's values into a UsageError in our words.
[[noreturn]] void refuse_count(const std::vector<const Node*>& path, const std::string& complaint,
                               const std::string& program) {
  for (const Node* node : path) {
    for (const OptionSpec& spec : node->spec->options) {
      if (complaint.starts_with(spec.flag() + ":")) {
        throw UsageError(spec.flag() + " needs a value: " + wanted_value(spec));
      }
    }
  }
  throw UsageError(complaint + "; see " + words_of(path, program) + " --help");
}

std::vector<std::string> names_of(const std::vector<const Node*>& path) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i < path.size(); ++i) {
    names.push_back(path[i]->spec->name);
  }
  return names;
}

void read_named_files(Options& options) {
  const std::vector<OptionSpec> specs = options.specs();
  for (const OptionSpec& spec : specs) {
    if (spec.config_file && options.has(spec.id())) {
      read_config_file(options.as_written(spec.id()), options.where(spec.id()), options);
    }
  }
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string line(*entry);
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) {
      environment.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  return environment;
}

Invocation parse_command_line(const CommandSpec& program, std::vector<std::string> words,
                              const Environment& environment) {
  Invocation call;
  call.program = words.empty() ? program.name : words.front();
  const CommandSpec whole = with_built_in_commands(program);
  CLI::App app;
  Node root;
  root.spec = &whole;
  root.app = &app;
  build(root);
  // CLI11 expects the words in reverse order.
  std::vector<std::string> reversed(words.rbegin(), words.empty() ? words.rend() : std::prev(words.rend()));
  bool help = false;
  std::string complaint;
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    help = true;
  } catch (const CLI::ParseError& error) {
    complaint = error.what();
  }
  const std::vector<const Node*> path = given_path(root);
  call.command = names_of(path);
  if (help) {
    call.output = help_text(whole, call.command, call.program);
    return call;
  }
  if (!complaint.empty()) {
    refuse_count(path, complaint, call.program);
  }
  call.arguments = take_arguments(path, call.program, app.remaining(true));
  call.options = Options(specs_in_sight(path));
  take_flags(path, call.program, words, call.options);
  if (answer_built_in(whole, call)) {
    return call;
  }
  if (path.back()->spec->command_required) {
    throw UsageError("no command given; see " + words_of(path, call.program) + " --help");
  }
  take_environment(environment, call.options);
  read_named_files(call.options);
  return call;
}

}  // namespace ekiden::app
