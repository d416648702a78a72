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

/// `inherited`: the command stands above the one whose help this is, and what asks the program itself for an act
/// (--version) is not repeated.
void write_options(std::ostream& out, const CommandSpec& command, bool inherited) {
  for (const std::string& group : groups_of(command)) {
    bool headed = false;
    for (const OptionSpec& spec : command.options) {
      if (spec.hidden || (spec.group.empty() ? "options" : spec.group) != group ||
          (inherited && spec.scope == OptionScope::kFlagOnly)) {
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
  for (auto above = commands.rbegin(); above != commands.rend(); ++above) {
    write_options(out, **above, above != commands.rbegin());
  }
  const bool configurable = std::any_of(commands.begin(), commands.end(), [](const CommandSpec* c) {
    return std::any_of(c->options.begin(), c->options.end(),
                       [](const OptionSpec& spec) { return spec.scope != OptionScope::kFlagOnly; });
  });
  if (configurable) {
    out << '\n';
    write_wrapped(out, 0, 0,
                  reads_config_file(commands)
                      ? "Every option is also read from the environment (--stop-timeout: EKIDEN_STOP_TIMEOUT) and from "
                        "the TOML file that --config names (stop-timeout = \"30s\"; in a section [queue.NAME] those "
                        "marked \"per queue\"). A flag beats the environment, which beats the file."
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
