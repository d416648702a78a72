#include <ekiden/app/manual.hpp>

#include <algorithm>
#include <sstream>

#include "manual_parts.hpp"

namespace ekiden::app {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kColumn = 30;  // Where the sentences begin.

/// `text` broken at spaces, each further line indented.
void write_wrapped(std::ostream& out, std::size_t column, std::size_t indent, const std::string& text) {
  std::istringstream words(text);
  std::string word;
  std::size_t at = column;
  bool first = true;
  while (words >> word) {
    if (!first && at + 1 + word.size() > kWidth) {
      out << '\n' << std::string(indent, ' ');
      at = indent;
      first = true;
    }
    out << (first ? "" : " ") << word;
    at += word.size() + (first ? 0 : 1);
    first = false;
  }
  out << '\n';
}

void write_entry(std::ostream& out, const std::string& name, const std::string& text) {
  out << "  " << name;
  std::size_t at = name.size() + 2;
  if (at + 2 > kColumn) {
    out << '\n';
    at = 0;
  }
  out << std::string(kColumn - at, ' ');
  write_wrapped(out, kColumn, kColumn, text);
}

/// Whether the help of the command at the end of `path` shows an option of one of them. What asks the program itself
/// for an act (--version) is not repeated below it.
bool shows(const std::vector<const CommandSpec*>& path, const CommandSpec& owner, const OptionSpec& spec) {
  const CommandSpec& command = *path.back();
  const bool own = &owner == &command;
  return !spec.hidden && (own || (spec.scope != OptionScope::kFlagOnly && inherits(command, spec)));
}

/// The options of `owner`, one of the commands of `path`.
void write_options(std::ostream& out, const std::vector<const CommandSpec*>& path, const CommandSpec& owner) {
  for (const std::string& group : groups_of(owner)) {
    bool headed = false;
    for (const OptionSpec& spec : owner.options) {
      if (!shows(path, owner, spec) || (spec.group.empty() ? "options" : spec.group) != group) {
        continue;
      }
      if (!headed) {
        out << '\n' << group << ":\n";
        headed = true;
      }
      const std::string value = value_name(spec);
      const std::string shown = value.empty() ? "" : spec.implied ? " [" + value + "]" : " " + value;
      write_entry(out, spec.flag() + shown, spec.help + " " + facts(spec));
    }
  }
}

void write_commands(std::ostream& out, const CommandSpec& command) {
  const auto shown = [](const CommandSpec& below) { return !below.hidden; };
  if (std::none_of(command.commands.begin(), command.commands.end(), shown)) {
    return;
  }
  out << "\ncommands:\n";
  for (const CommandSpec& below : command.commands) {
    if (shown(below)) {
      write_entry(out, below.name, below.help);
    }
  }
}

void write_usage(std::ostream& out, const std::vector<const CommandSpec*>& commands, const std::string& program) {
  const CommandSpec& command = *commands.back();
  out << "usage: " << program;
  for (std::size_t i = 1; i < commands.size(); ++i) {
    out << ' ' << commands[i]->name;
  }
  if (command.command_required) {
    out << " COMMAND";
  }
  for (const ArgumentSpec& argument : command.arguments) {
    out << ' ' << (argument.required ? argument.name : "[" + argument.name + "]");
  }
  out << " [options]\n";
}

}  // namespace

std::string help_text(const CommandSpec& root, const std::vector<std::string>& path, const std::string& program) {
  const std::vector<const CommandSpec*> commands = commands_along(root, path);
  const CommandSpec& command = *commands.back();
  std::ostringstream out;
  write_usage(out, commands, program);
  out << '\n';
  write_wrapped(out, 0, 0, command.description.empty() ? command.help : command.description);
  if (!command.arguments.empty()) {
    out << "\narguments:\n";
    for (const ArgumentSpec& argument : command.arguments) {
      write_entry(out, argument.name, argument.help);
    }
  }
  write_commands(out, command);
  for (auto owner = commands.rbegin(); owner != commands.rend(); ++owner) {
    write_options(out, commands, **owner);
  }
  const bool configurable = std::ranges::any_of(commands, [&commands](const CommandSpec* owner) {
    return std::ranges::any_of(owner->options, [&commands, owner](const OptionSpec& spec) {
      return spec.scope != OptionScope::kFlagOnly && shows(commands, *owner, spec);
    });
  });
  if (configurable) {
    out << '\n';
    write_wrapped(
        out, 0, 0,
        reads_config_file(commands)
            ? "Every option is also read from the environment (--table: EKIDEN_TABLE) and from the TOML file that "
              "--config names (table = \"news\"; in a section [queue.NAME] those marked \"per queue\"). A flag "
              "beats the environment, which beats the file."
            : "Every option is also read from the environment: --some-option from EKIDEN_SOME_OPTION. A flag "
              "beats it.");
  }
  if (!command.examples.empty()) {
    out << "\nexamples:\n";
    for (const std::string& example : command.examples) {
      out << "  " << with_program(example, program) << '\n';
    }
  }
  return out.str();
}

}  // namespace ekiden::app
