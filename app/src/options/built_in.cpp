#include "built_in.hpp"

#include <ekiden/app/manual.hpp>

#include <utility>

namespace ekiden::app {
namespace {

constexpr OptionName<OptionType::kBool> kVersion{"version"};

}  // namespace

CommandSpec with_built_in_commands(CommandSpec program) {
  const std::vector<std::string> none;
  if (!program.version.empty()) {
    program.options.push_back(
        declare(kVersion, {.help = "print the version and exit", .scope = OptionScope::kFlagOnly}));
  }
  CommandSpec completion{.name = "completion", .help = "print a completion script for bash or zsh", .inherits = none};
  completion.arguments.push_back(
      {.name = "SHELL", .help = "bash or zsh", .required = true, .choices = {"bash", "zsh"}});
  completion.examples.push_back("source <({program} completion bash)");
  program.commands.push_back(std::move(completion));
  program.commands.push_back({.name = "man-page",
                              .help = "print the manual page; to read it, pipe it into `man -l -`",
                              .examples = {"{program} man-page | man -l -"},
                              .inherits = none});
  return program;
}

bool answer_built_in(const CommandSpec& program, Invocation& call) {
  if (call.command.empty() && !program.version.empty() && call.options.get(kVersion)) {
    call.output = program.name + " " + program.version + "\n";
    return true;
  }
  if (call.command.empty()) {
    return false;
  }
  if (call.command.front() == "man-page") {
    call.output = man_page(program);
    return true;
  }
  if (call.command.front() == "completion") {
    const std::string& shell = call.arguments.front();
    if (shell != "bash" && shell != "zsh") {
      throw UsageError("completion \"" + shell + "\" is not allowed; use bash or zsh");
    }
    call.output = completion_script(program, shell);
    return true;
  }
  return false;
}

}  // namespace ekiden::app
