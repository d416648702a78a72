#include <ekiden/app/manual.hpp>

#include <algorithm>
#include <sstream>

#include "manual_parts.hpp"

namespace ekiden::app {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kColumn = 30;  // Where the sentences begin.

/// Writes `text`, broken at spaces into lines; every line after the first is indented.
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

/// The words of a command line as a shell separates them: a space between single quotes separates none.
std::vector<std::string_view> words_of_shell(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ' ' && !quoted)) {
      words.push_back(line.substr(start, i - start));
      start = i + 1;
    } else if (line[i] == '\'') {
      quoted = !quoted;
    }
  }
  return words;
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

/// Whether the help of the last command of `path` shows `spec`, an option of `owner`, which is one of the commands of
/// `path`. Options that make the program do something else (--version) are shown only for their own command.
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
  std::string usage = program;
  for (std::size_t i = 1; i < commands.size(); ++i) {
    usage += " " + commands[i]->name;
  }
  if (command.command_required) {
    usage += " COMMAND";
  }
  for (const ArgumentSpec& argument : command.arguments) {
    usage += argument.required ? " " + argument.name : " [" + argument.name + "]";
  }
  constexpr std::string_view kUsage = "usage: ";
  out << kUsage;
  write_wrapped(out, kUsage.size(), kUsage.size(), usage + " [options]");
}

/// A command line to paste: one that is too long goes on in further lines, each but the last with a backslash.
void write_example(std::ostream& out, const std::string& example) {
  constexpr std::string_view kIndent = "  ";
  constexpr std::string_view kFurther = "      ";
  constexpr std::string_view kGoesOn = " \\";
  std::string line(kIndent);
  bool first = true;
  for (const std::string_view word : words_of_shell(example)) {
    if (!first && line.size() + 1 + word.size() + kGoesOn.size() > kWidth) {
      out << line << kGoesOn << '\n';
      line = kFurther;
      first = true;
    }
    line.append(first ? "" : " ").append(word);
    first = false;
  }
  out << line << '\n';
}

/// All options that the help of the last command of `path` shows, in their order there.
std::vector<const OptionSpec*> shown_options(const std::vector<const CommandSpec*>& path) {
  std::vector<const OptionSpec*> shown;
  for (auto owner = path.rbegin(); owner != path.rend(); ++owner) {
    for (const OptionSpec& spec : (*owner)->options) {
      if (shows(path, **owner, spec)) {
        shown.push_back(&spec);
      }
    }
  }
  return shown;
}

/// Where else the options can be set, and which of them cannot.
void write_sources(std::ostream& out, const std::vector<const CommandSpec*>& path) {
  const OptionSpec* example = nullptr;
  std::string flags_only;
  std::string not_in_file;
  for (const OptionSpec* spec : shown_options(path)) {
    if (spec->scope == OptionScope::kFlagOnly) {
      flags_only += (flags_only.empty() ? "" : ", ") + spec->flag();
      continue;
    }
    example = example == nullptr ? spec : example;
    if (spec->scope == OptionScope::kNoFile) {
      not_in_file += (not_in_file.empty() ? "" : ", ") + spec->flag();
    }
  }
  if (example == nullptr) {
    return;
  }
  const bool file = reads_config_file(path);
  std::string text =
      "Options can also be set as environment variables (" + example->variable() + " for " + example->flag() + ")";
  text += file ? " and in a TOML file (" + example->name +
                     " = \"...\"), which --config names. Options marked \"per "
                     "queue\" can also be in its sections [queue.NAME]."
               : ".";
  text += flags_only.empty() ? "" : " Flags only: " + flags_only + ".";
  text += file && !not_in_file.empty() ? " Not in the file: " + not_in_file + "." : "";
  text += " A flag overrides the environment";
  text += file ? ", and the environment overrides the file." : ".";
  out << '\n';
  write_wrapped(out, 0, 0, text);
}

}  // namespace

std::string help_text(const CommandSpec& root, const std::vector<std::string>& path, const std::string& program) {
  const std::vector<const CommandSpec*> commands = commands_along(root, path);
  const CommandSpec& command = *commands.back();
  std::ostringstream out;
  const std::string name = program_name(program);
  write_usage(out, commands, name);
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
  write_sources(out, commands);
  if (!command.examples.empty()) {
    out << "\nexamples:\n";
    for (const std::string& example : command.examples) {
      write_example(out, with_program(example, name));
    }
  }
  return out.str();
}

}  // namespace ekiden::app
