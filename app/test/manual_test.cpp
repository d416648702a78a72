#include <ekiden/app/manual.hpp>
#include <ekiden/app/worker_options.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::app {
namespace {

using testing::HasSubstr;
using testing::Not;

CommandSpec program() {
  CommandSpec spec{.name = "news-worker", .help = "delivers news", .options = worker_options(), .version = "1"};
  spec.examples.push_back("{program} --local");
  return spec;
}

// Goal: the help shows each option with its value, default and limits, and examples to paste.
TEST(ManualTest, HelpShowsTheTable) {
  const std::string help = help_text(program(), {}, "build/bin/news-worker");
  EXPECT_THAT(help, HasSubstr("--stop-timeout DURATION"));
  EXPECT_THAT(help, HasSubstr("(default 30s; 2s to 1h)"));
  EXPECT_THAT(help, HasSubstr("--health [PID]"));
  EXPECT_THAT(help, testing::StartsWith("usage: news-worker [options]\n"));
  EXPECT_THAT(help, HasSubstr("\n  news-worker --local\n"));
  EXPECT_THAT(help, Not(HasSubstr("report-fd"))) << "hidden options stay hidden";
  EXPECT_THAT(help, HasSubstr("(default:\n                              one per CPU core; 1 to 1024)\n"));
}

// Goal: the help of a command names exactly the options that have no variable, or no key in the file.
TEST(ManualTest, HelpSaysWhereOptionsCanBeSet) {
  EXPECT_THAT(help_text(program(), {}, "w"),
              HasSubstr("\n\nOptions can also be set as environment variables (EKIDEN_QUEUE for --queue) and\n"
                        "in a TOML file (queue = \"...\"), which --config names. Options marked \"per queue\"\n"
                        "can also be in its sections [queue.NAME]. Flags only: --health. Not in the file:\n"
                        "--config. A flag overrides the environment, and the environment overrides the\n"
                        "file.\n"));
  const CommandSpec send{
      .name = "send", .help = "send", .options = {{.name = "file"}, {.name = "yes", .scope = OptionScope::kFlagOnly}}};
  EXPECT_THAT(help_text(send, {}, "send"),
              HasSubstr("\n\nOptions can also be set as environment variables (EKIDEN_FILE for --file). Flags\n"
                        "only: --yes. A flag overrides the environment.\n"));
  const CommandSpec flags{.name = "f", .help = "f", .options = {{.name = "yes", .scope = OptionScope::kFlagOnly}}};
  EXPECT_THAT(help_text(flags, {}, "f"), Not(HasSubstr("environment")));
}

// Goal: the examples of a command have a heading of their own in the manual page.
TEST(ManualTest, AManualPageHasAHeadingForExamples) {
  CommandSpec spec = program();
  spec.commands.push_back({.name = "feed", .help = "print", .examples = {"{program} feed u1"}});
  EXPECT_THAT(man_page(spec), HasSubstr("\n.SS examples\n.nf\nnews\\-worker feed u1\n.fi\n"));
  EXPECT_THAT(man_page(spec), HasSubstr("\n.SH EXAMPLES\n.nf\nnews\\-worker \\-\\-local\n.fi\n"));
}

// Goal: help fits a terminal of 80 columns, by whatever path the program was called, and an example that takes more
// than a line can still be pasted into a shell.
TEST(ManualTest, HelpFitsEightyColumns) {
  CommandSpec spec = program();
  spec.examples.push_back("{program} --queue orders --table orders --table-key order_id,number:N --max-in-flight 100");
  spec.examples.push_back(
      "{program} --service 'a name of many words, which a shell must not see in two pieces' --local");
  spec.commands.push_back({.name = "a-command-with-a-long-name",
                           .help = "print",
                           .arguments = {{.name = "THE-FIRST-ARGUMENT"}, {.name = "THE-SECOND-ARGUMENT"}}});
  const std::string path = "/a/long/path/to/a/program/that/is/somewhere/in/a/build/folder/news-worker";
  for (const std::vector<std::string>& command : {std::vector<std::string>{}, {"a-command-with-a-long-name"}}) {
    std::istringstream lines(help_text(spec, command, path));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80U) << line;
      EXPECT_THAT(line, Not(HasSubstr("/a/long")));
    }
  }
  const std::string help = help_text(spec, {}, path);
  EXPECT_THAT(help, HasSubstr("\n  news-worker --queue orders --table orders --table-key order_id,number:N \\\n"
                              "      --max-in-flight 100\n"));
  EXPECT_THAT(help, HasSubstr("\n      'a name of many words, which a shell must not see in two pieces' --local\n"));
}

// Goal: help, manual page and completion scripts name every visible option.
TEST(ManualTest, EveryTextNamesEveryOption) {
  const CommandSpec spec = program();
  for (const OptionSpec& option : spec.options) {
    if (option.hidden) {
      continue;
    }
    EXPECT_THAT(help_text(spec, {}, "w"), HasSubstr(option.flag()));
    EXPECT_THAT(completion_script(spec, "bash"), HasSubstr(option.flag()));
    EXPECT_THAT(completion_script(spec, "zsh"), HasSubstr(option.flag()));
    EXPECT_THAT(man_page(spec), HasSubstr(option.scope == OptionScope::kFlagOnly ? "health" : option.variable()));
  }
}

// Goal: a command's help and completion show only the options that it takes; a command without `inherits` takes all.
TEST(ManualTest, ACommandShowsWhatItTakes) {
  CommandSpec spec = program();
  spec.commands.push_back({.name = "feed", .help = "print", .inherits = {{"table", "local"}}});
  spec.commands.push_back({.name = "drain", .help = "drain"});
  const std::string feed = help_text(spec, {"feed"}, "w");
  EXPECT_THAT(feed, HasSubstr("--table TABLE"));
  EXPECT_THAT(feed, HasSubstr("--local"));
  EXPECT_THAT(feed, Not(HasSubstr("pipeline:")));
  EXPECT_THAT(feed, Not(HasSubstr("--queue")));
  EXPECT_THAT(help_text(spec, {"drain"}, "w"), HasSubstr("--max-in-flight"));

  const std::string script = completion_script(spec, "bash");
  const std::size_t place = script.rfind("\"feed\")");
  const std::string words = script.substr(place, script.find(";;\n    \"", place) - place);
  EXPECT_THAT(words, HasSubstr("--table"));
  EXPECT_THAT(words, Not(HasSubstr("--queue")));
}

}  // namespace
}  // namespace ekiden::app
