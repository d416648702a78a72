// Help texts, manual pages and shell completion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"

namespace ekiden::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Goal: a worker's help shows its own queue and table as defaults, and examples that can be copied.
TEST(HelpTest, AWorkersHelpHasItsDefaultsAndExamples) {
  const Finished help = run("news-worker", {"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.output,
              AllOf(HasSubstr("(default news; per queue)"),
                    HasSubstr("writes to (default\n                              news-deliveries; per queue)"),
                    HasSubstr("\nexamples:\n"), HasSubstr("news-worker --local\n"), HasSubstr("man-page "),
                    HasSubstr("completion ")));
}

// Goal: a command's help shows only the options of that command.
TEST(HelpTest, FeedShowsTheOptionsThatItTakes) {
  const Finished help = run("news-worker", {"feed", "--help"});
  EXPECT_THAT(help.output, AllOf(HasSubstr("--table"), HasSubstr("--local"), Not(HasSubstr("--max-in-flight")),
                                 Not(HasSubstr("--queue"))));
}

// The commands that a help text lists.
std::vector<std::string> commands_in(const std::string& help) {
  std::vector<std::string> commands;
  std::istringstream lines(help);
  bool listed = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "commands:") {
      listed = true;
    } else if (line.empty()) {
      listed = false;
    } else if (listed && line[2] != ' ') {
      commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return commands;
}

void expect_narrow_help(const std::string& program, std::vector<std::string> command, int& seen) {
  std::vector<std::string> words = command;
  words.emplace_back("--help");
  const Finished help = run(program, words);
  EXPECT_EQ(help.status, 0);
  ++seen;
  std::istringstream lines(help.output);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << program << ": " << line;
  }
  for (const std::string& below : commands_in(help.output)) {
    command.push_back(below);
    expect_narrow_help(program, command, seen);
    command.pop_back();
  }
}

// Goal: the help of every command fits a terminal of 80 columns, though the programs are called by a long path.
TEST(HelpTest, EveryHelpFitsEightyColumns) {
  int seen = 0;
  expect_narrow_help("ekiden", {}, seen);
  EXPECT_EQ(seen, 9) << "ekiden, its seven commands and `bench budgets`";
  seen = 0;
  expect_narrow_help("news-worker", {}, seen);
  EXPECT_EQ(seen, 5);
}

// Goal: both programs print a manual page and a completion script for each shell.
TEST(HelpTest, ProgramsPrintTheirManualsAndCompletions) {
  for (const char* program : {"ekiden", "news-worker"}) {
    const std::string name = program;
    EXPECT_THAT(run(name, {"man-page"}).output, StartsWith(".TH ")) << name;
    EXPECT_THAT(run(name, {"completion", "bash"}).output, HasSubstr("complete -F _")) << name;
    EXPECT_THAT(run(name, {"completion", "zsh"}).output, StartsWith("#compdef " + name)) << name;
  }
}

}  // namespace
}  // namespace ekiden::e2e
