// What a user reads before anything runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.hpp"

namespace ekiden::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Goal: a worker's help has its own names as the defaults, and examples to paste.
TEST(HelpTest, AWorkersHelpHasItsDefaultsAndExamples) {
  const Finished help = run("news-worker", {"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.output, AllOf(HasSubstr("(default news; per queue)"), HasSubstr("(default news-deliveries; per"),
                                 HasSubstr("\nexamples:\n"), HasSubstr("news-worker --local\n"), HasSubstr("man-page "),
                                 HasSubstr("completion ")));
}

// Goal: a command's help is about that command.
TEST(HelpTest, FeedShowsTheOptionsThatItTakes) {
  const Finished help = run("news-worker", {"feed", "--help"});
  EXPECT_THAT(help.output, AllOf(HasSubstr("--table"), HasSubstr("--local"), Not(HasSubstr("--max-in-flight")),
                                 Not(HasSubstr("--queue"))));
}

// Goal: both programs give a manual page and a script for each shell.
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
