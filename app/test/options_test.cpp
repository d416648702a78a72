// These tests pin the error messages of wrong options word by word, because people search for them.
#include <ekiden/app/command_line.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/app/worker_options.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <thread>

namespace ekiden::app {
namespace {

using namespace std::chrono_literals;

/// A TOML file in the working directory. Its path is short, so that an expected error message can contain it.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& content) : path_("options_test." + std::to_string(::getpid()) + ".toml") {
    std::ofstream(path_) << content;
  }
  ~ConfigFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

CommandSpec worker() {
  CommandSpec program{.name = "news-worker", .help = "delivers news", .options = worker_options(), .version = "1.2.3"};
  CommandSpec feed{.name = "feed", .help = "print the deliveries of a member"};
  feed.arguments.push_back({.name = "MEMBER", .help = "id such as u0000001"});
  program.commands.push_back(feed);
  return program;
}

Invocation parse(std::vector<std::string> words, const Environment& environment = {}) {
  words.insert(words.begin(), "bin/news-worker");
  return parse_command_line(worker(), words, environment);
}

std::string error_of(std::vector<std::string> words, const Environment& environment = {}) {
  try {
    parse(std::move(words), environment);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

// Goal: a flag overrides the environment, which overrides the file, which overrides the program's default, which
// overrides the default in the option's spec.
TEST(OptionsTest, TakesTheStrongestSource) {
  const ConfigFile file("max-in-flight = 7\nwrite-linger = \"9ms\"\n");
  const Environment environment{{"EKIDEN_MAX_IN_FLIGHT", "8"}, {"EKIDEN_CONFIG", file.path()}};
  Invocation call = parse({"--max-in-flight", "9"}, environment);
  EXPECT_EQ(call.options.get(option::kMaxInFlight), 9);
  EXPECT_EQ(call.options.where(option::kMaxInFlight), "--max-in-flight");

  call = parse({}, environment);
  call.options.set_default(option::kWaitTime, "3s");
  call.options.set_default(option::kWriteLinger, "3ms");
  EXPECT_EQ(call.options.get(option::kMaxInFlight), 8);
  EXPECT_EQ(call.options.where(option::kMaxInFlight), "EKIDEN_MAX_IN_FLIGHT");
  EXPECT_EQ(call.options.get(option::kWriteLinger), 9ms);
  EXPECT_EQ(call.options.where(option::kWriteLinger), file.path() + ":2");
  EXPECT_EQ(call.options.get(option::kWaitTime), 3s);
  EXPECT_EQ(call.options.get(option::kStopTimeout), 30s);
  EXPECT_FALSE(call.options.is_set(option::kStopTimeout));
}

// Goal: a key in a [queue.NAME] section overrides a top-level key for that queue; a flag overrides both.
TEST(OptionsTest, ReadsSectionsOfQueues) {
  const ConfigFile file("max-in-flight = 5\nno-dead-letter-queue = true\n[queue.news]\nmax-in-flight = 6\n");
  const Invocation call = parse({"--config", file.path()});
  EXPECT_EQ(call.options.get(option::kMaxInFlight, "news"), 6);
  EXPECT_EQ(call.options.get(option::kMaxInFlight, "mail"), 5);
  EXPECT_TRUE(call.options.get(option::kNoDeadLetterQueue, "news"));
  EXPECT_EQ(parse({"--config", file.path(), "--max-in-flight=7"}).options.get(option::kMaxInFlight, "news"), 7);
  EXPECT_NO_THROW(call.options.require_queues({"news"}));
  try {
    call.options.require_queues({"newts"});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.what(),
              file.path() + ":3: [queue.news] is not a queue of this worker; did you mean [queue.newts]?");
  }
}

// Goal: the error about a wrong value names the option, the value, its source and what is allowed.
TEST(OptionsTest, RefusesWrongValues) {
  EXPECT_EQ(error_of({"--max-in-flight", "0"}),
            "--max-in-flight \"0\" is too small; use a whole number from 1 to 100000");
  EXPECT_EQ(error_of({}, {{"EKIDEN_STOP_TIMEOUT", "30"}}),
            "EKIDEN_STOP_TIMEOUT \"30\" has no unit; use a duration from 2s to 1h, such as 30s");
  EXPECT_EQ(error_of({"--wait-time", "1500ms"}),
            "--wait-time \"1500ms\" is not allowed; use whole seconds from 1s to 20s, because SQS takes no fractions");
  EXPECT_EQ(error_of({"--log-level", "loud"}),
            "--log-level \"loud\" is not allowed; use debug, info, warning or error");
  EXPECT_EQ(error_of({"--ops", "9000"}),
            "--ops \"9000\" is not allowed; use an address and a port such as 127.0.0.1:9000, or off");
  EXPECT_EQ(error_of({"--ops", "127.0.0.1:99999"}),
            "--ops \"127.0.0.1:99999\" is not allowed; use a port from 0 to 65535, as in 127.0.0.1:9000, or off");
  EXPECT_EQ(
      error_of({"--ops", "::1:9000"}),
      "--ops \"::1:9000\" is not allowed; use an IPv6 address in brackets such as [::1]:0, or an IPv4 address such "
      "as 127.0.0.1:9000, or off");
  EXPECT_EQ(error_of({"--local=perhaps"}), "--local \"perhaps\" is not allowed; use true or false");
  EXPECT_EQ(error_of({"--stop-timeout"}), "--stop-timeout needs a value: a duration from 2s to 1h, such as 30s");
  EXPECT_EQ(error_of({"--ops"}), "--ops needs a value: an address and a port such as 127.0.0.1:9000, or off");
  EXPECT_EQ(error_of({"--config"}), "--config needs a value: FILE");
  EXPECT_EQ(error_of({"--table-key"}), "--table-key needs a value: HASH[,RANGE]");
}

// Goal: an option with one name is refused if it is given twice with different names: both cannot be meant. The same
// name twice is harmless, a list collects all values, and a flag still overrides a variable. Of numbers, times and
// switches the last one counts, as in other programs: scripts override their defaults so.
TEST(OptionsTest, RefusesTwoNamesForOneOption) {
  EXPECT_EQ(error_of({"--queue", "a", "--queue", "b"}), "--queue is given twice, with \"a\" and \"b\"; give it once");
  EXPECT_EQ(error_of({"--queue=a", "--max-in-flight", "3", "--queue", "a", "--queue=b"}),
            "--queue is given twice, with \"a\" and \"b\"; give it once");
  EXPECT_EQ(error_of({"--table", "a", "--table", "b"}), "--table is given twice, with \"a\" and \"b\"; give it once");
  EXPECT_EQ(parse({"--max-in-flight=3", "--max-in-flight=4"}).options.get(option::kMaxInFlight), 4);
  EXPECT_FALSE(parse({"--local", "--local=false"}).options.get(option::kLocal));
  EXPECT_EQ(error_of({"--queue", "a", "feed", "u1", "--queue", "b"}),
            "--queue is given twice, with \"a\" and \"b\"; give it once");
  EXPECT_EQ(error_of({"--config", "a.toml", "--config", "b.toml"}),
            "--config is given twice, with \"a.toml\" and \"b.toml\"; give it once");
  EXPECT_EQ(parse({"--queue", "a", "--queue", "a"}).options.get(option::kQueue), "a");
  EXPECT_EQ(parse({"--queue", "a"}, {{"EKIDEN_QUEUE", "b"}}).options.get(option::kQueue), "a");
  EXPECT_EQ(parse({"--table-key", "a", "--table-key", "b"}).options.get(option::kTableKey),
            (std::vector<std::string>{"a", "b"}));
}

// Goal: a section or a key that a file has twice is refused, too.
TEST(OptionsTest, RefusesOneKeyTwiceInAFile) {
  for (const char* text :
       {"[queue.news]\nqueue = \"a\"\n[queue.news]\nqueue = \"b\"\n", "[queue.news]\nqueue = \"a\"\nqueue = \"b\"\n",
        "table = \"a\"\ntable = \"b\"\n", "[queue.news]\n[queue.\"news\"]\n", "queue = \"a\"\n[queue.news]\n"}) {
    const ConfigFile file(text);
    EXPECT_NE(error_of({"--config", file.path()}).find("not valid TOML"), std::string::npos) << text;
  }
}

// Goal: a queue cannot have a dead-letter queue and none; the error names each option as the user set it. What the
// program or another section sets does not count.
TEST(OptionsTest, RefusesADeadLetterQueueAndNone) {
  const auto error = [](std::vector<std::string> words, const Environment& environment) -> std::string {
    Invocation call = parse(std::move(words), environment);
    call.options.set_default(option::kDeadLetterQueue, "mail-dead", "mail");
    try {
      worker_settings(call.options, "news");
      worker_settings(call.options, "mail");
    } catch (const UsageError& refused) {
      return refused.what();
    }
    return "no error";
  };
  EXPECT_EQ(error({"--dead-letter-queue", "x", "--no-dead-letter-queue"}, {}),
            "--dead-letter-queue cannot be combined with --no-dead-letter-queue; use one of them");
  EXPECT_EQ(error({"--dead-letter-queue", "x"}, {{"EKIDEN_NO_DEAD_LETTER_QUEUE", "true"}}),
            "--dead-letter-queue cannot be combined with EKIDEN_NO_DEAD_LETTER_QUEUE; use one of them");
  EXPECT_EQ(error({"--dead-letter-queue", "x", "--no-dead-letter-queue=false"}, {}), "no error");
  EXPECT_EQ(error({"--no-dead-letter-queue"}, {}), "no error");
  const ConfigFile file("[queue.news]\ndead-letter-queue = \"x\"\n[queue.mail]\nno-dead-letter-queue = true\n");
  EXPECT_EQ(error({"--config", file.path()}, {}), "no error");
  EXPECT_EQ(
      error({"--config", file.path(), "--no-dead-letter-queue"}, {}),
      "dead-letter-queue (" + file.path() + ":2) cannot be combined with --no-dead-letter-queue; use one of them");
}

// Goal: a command rejects a flag that it does not take, but accepts that option's variable and key: they are meant for
// the worker.
TEST(OptionsTest, RefusesWhatACommandDoesNotTake) {
  CommandSpec program = worker();
  program.commands.front().inherits = {{"table", "config"}};
  const ConfigFile file("max-in-flight = 5\ntable = \"t\"\n");
  const Environment environment{{"EKIDEN_QUEUE", "news"}};
  const auto feed = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"bin/news-worker", "feed", "u1"});
    return parse_command_line(program, std::move(more), environment);
  };
  EXPECT_EQ(feed({"--config", file.path()}).options.get(option::kTable), "t");
  try {
    feed({"--queue", "news"});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "feed does not accept --queue; see news-worker feed --help");
  }
}

// Goal: an address is checked when it is read, and the error's example is the option's own default.
TEST(OptionsTest, ChecksAddresses) {
  for (const char* fine : {"127.0.0.1:0", "0.0.0.0:65535", "[::1]:9000", "[::]:0", "localhost:4566"}) {
    EXPECT_EQ(check_address(fine), std::nullopt) << fine;
  }
  for (const char* wrong : {"", ":", ":80", "4566", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                            "[127.0.0.1]:80", "[::1]", "::1:80", "[::1:80", "example.com:80", "http://127.0.0.1:80"}) {
    EXPECT_NE(check_address(wrong), std::nullopt) << wrong;
  }
  OptionSpec spec{.name = "listen", .fallback = "127.0.0.1:4566", .check = check_address};
  EXPECT_EQ(check_value(spec, "4566"), "is not allowed; use an address and a port such as 127.0.0.1:4566");
}

// Goal: an error in a configuration file names the file and the line.
TEST(OptionsTest, RefusesWrongFiles) {
  const auto error_in = [](const std::string& content) {
    const ConfigFile file(content);
    const std::string error = error_of({"--config", file.path()});
    return error.starts_with(file.path()) ? error.substr(file.path().size()) : error;
  };
  EXPECT_EQ(error_in("table = \"t\"\nstop-timeot = \"30s\"\n"),
            ":2: unknown key \"stop-timeot\"; did you mean \"stop-timeout\"?");
  EXPECT_EQ(error_in("\nxyzzyplugh = 1\n"),
            ":2: unknown key \"xyzzyplugh\"; the keys are the names of the options in --help, without the dashes");
  EXPECT_EQ(error_in("health = 1\n"), ":1: \"health\" cannot be set in a file; use --health instead");
  EXPECT_EQ(error_in("[queue]\ntable = \"t\"\n"),
            ":2: \"table\" is in a section [queue] without the name of a queue; write [queue.NAME], for example "
            "[queue.news]");
  EXPECT_EQ(error_in("[[queue.news]]\ntable = \"t\"\n"),
            ":1: [[queue.news]] needs single brackets; write [queue.news]");
  EXPECT_EQ(error_in("[queue.news]\nlog-level = \"debug\"\n"),
            ":2: \"log-level\" is a setting of the whole worker, not of one queue; move it above the first "
            "[queue.NAME] section");
  EXPECT_EQ(error_in("[news]\n"), ":1: unknown section [news]; the only sections are [queue.NAME]");
  EXPECT_EQ(error_in("queue = 2016-12-19\n"),
            ":1: \"queue\" must be a string, a number, a boolean or an array; put the value in quotes");
  const ConfigFile file("\nmax-in-flight = \"many\"\n");
  EXPECT_EQ(error_of({"--config", file.path()}),
            file.path() + ":2: max-in-flight \"many\" is not allowed; use a whole number from 1 to 100000");
  EXPECT_EQ(error_of({"--config", "no/such.toml"}),
            "--config \"no/such.toml\" cannot be read: No such file or directory; name an existing TOML file");
  EXPECT_EQ(error_of({}, {{"EKIDEN_CONFIG", "/"}}),
            "EKIDEN_CONFIG \"/\" cannot be read: Is a directory; name an existing TOML file");
}

// Goal: the error about invalid TOML names the line.
TEST(OptionsTest, RefusesBrokenToml) {
  const ConfigFile file("queue = \"news\"\ntable =\n");
  const std::string error = error_of({"--config", file.path()});
  EXPECT_TRUE(error.starts_with(file.path() + ":2: not valid TOML (")) << error;
  EXPECT_TRUE(error.ends_with("); write settings as in: max-in-flight = 100")) << error;
}

// Goal: the error about an unknown option or command suggests the nearest one.
TEST(OptionsTest, NamesTheNearestWord) {
  EXPECT_EQ(error_of({"--stop-timeot", "5s"}), "unknown option --stop-timeot; did you mean --stop-timeout?");
  EXPECT_EQ(error_of({"--xyzzyplugh=1"}), "unknown option --xyzzyplugh; see news-worker --help");
  EXPECT_EQ(error_of({"--idle"}), "unknown option --idle; see news-worker --help");
  EXPECT_EQ(error_of({"fed", "u0000001"}), "unknown command \"fed\"; did you mean feed?");
  EXPECT_EQ(error_of({"feed"}), "feed needs MEMBER: id such as u0000001; see news-worker feed --help");
  EXPECT_EQ(error_of({"feed", "a", "b"}), "unexpected argument \"b\"; see news-worker feed --help");
}

// Goal: the error about an option of another command names that command.
TEST(OptionsTest, NamesTheCommandThatHasTheOption) {
  CommandSpec program = worker();
  program.commands.front().options.push_back({.name = "limit", .type = OptionType::kInteger, .help = "at most"});
  try {
    parse_command_line(program, {"bin/news-worker", "--limit", "5"}, {});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown option --limit; it is an option of news-worker feed");
  }
}

// Goal: a variable that looks like a misspelt option causes a warning; a variable of another program does not.
TEST(OptionsTest, WarnsOfMisspeltVariables) {
  const Invocation call =
      parse({}, {{"EKIDEN_STOP_TIMEOT", "5s"}, {"EKIDEN_QUEUE_URL", "http://q"}, {"EKIDEN_MESSAGES", "5"}});
  EXPECT_EQ(call.options.warnings(),
            std::vector<std::string>{
                "EKIDEN_STOP_TIMEOT is set, but this program has no such option; did you mean EKIDEN_STOP_TIMEOUT?"});
}

// Goal: a command takes its arguments, its own options and the options of the program.
TEST(OptionsTest, GivesCommandsTheProgramsOptions) {
  const Invocation call = parse({"feed", "u0000001", "--local", "--table", "t"});
  EXPECT_EQ(call.command, std::vector<std::string>{"feed"});
  EXPECT_EQ(call.arguments, std::vector<std::string>{"u0000001"});
  EXPECT_TRUE(call.options.get(option::kLocal));
  EXPECT_EQ(call.options.get(option::kTable), "t");
}

// Goal: a flag with an optional value works with and without one, and the last of several equal flags wins.
TEST(OptionsTest, ReadsFlagsWithAndWithoutValues) {
  EXPECT_EQ(parse({"--health"}).options.get(option::kHealth), 0);
  EXPECT_EQ(parse({"--health", "17"}).options.get(option::kHealth), 17);
  EXPECT_FALSE(parse({}).options.has(option::kHealth));
  EXPECT_EQ(parse({"--table-key", "a", "--table-key", "b,c"}).options.get(option::kTableKey),
            (std::vector<std::string>{"a", "b", "c"}));
}

// Goal: --health takes a process id that can exist, and nothing else: an orchestrator must not get the answer of
// another process.
TEST(OptionsTest, HealthTakesAProcessId) {
  EXPECT_EQ(parse({"--health", "1"}).options.get(option::kHealth), 1);
  EXPECT_EQ(parse({"--health=4194304"}).options.get(option::kHealth), 4'194'304);
  const std::map<std::string, std::vector<std::string>> faults{
      {"too large", {"99999999999999", "4194305"}},
      {"too small", {"-5", "0"}},
      {"not allowed", {"99999999999999999999", "12abc", "1x", "+1", "1.5", " 1", "auto", "0x1", "{}", ""}}};
  for (const auto& [fault, values] : faults) {
    for (const std::string& wrong : values) {
      EXPECT_EQ(error_of({"--health=" + wrong}),
                "--health \"" + wrong + "\" is " + fault + "; use a whole number from 1 to 4194304");
    }
  }
  EXPECT_THROW(parse({"--health", "-5"}), UsageError);
  EXPECT_THROW(parse({"--health", ""}), UsageError) << "a variable that is not set";
}

// Goal: offloaded work has a thread for each core unless the user says otherwise.
TEST(OptionsTest, OffloadHasAThreadForEachCore) {
  EXPECT_EQ(offload_threads(parse({}).options), std::max(1U, std::thread::hardware_concurrency()));
  EXPECT_EQ(offload_threads(parse({"--offload-threads", "7"}).options), 7U);
  EXPECT_EQ(offload_threads(parse({}, {{"EKIDEN_OFFLOAD_THREADS", "1"}}).options), 1U);
  EXPECT_THROW(parse({"--offload-threads", "0"}), UsageError);
}

// Goal: the settings of a pipeline have the values of its own section, and the application's own options by name.
TEST(OptionsTest, FillsTheSettingsOfAPipeline) {
  CommandSpec program = worker();
  program.options.push_back({.name = "greeting", .help = "the application's own"});
  const ConfigFile file(
      "greeting = \"hello\"\n[queue.news]\ntable-key = [\"user_id\", \"news_id\"]\nwait-time = \"3s\"\n");
  const Invocation call =
      parse_command_line(program, {"w", "--queue", "prod-news", "--config", file.path(), "--max-in-flight=7"}, {});
  const worker::Settings settings = worker_settings(call.options, "news");
  EXPECT_EQ(settings.queue, "prod-news");
  EXPECT_EQ(settings.max_in_flight, 7U);
  EXPECT_EQ(settings.wait_time, 3s);
  EXPECT_EQ(settings.table_key, (std::vector<std::string>{"user_id", "news_id"}));
  EXPECT_EQ(settings.visibility_timeout, std::nullopt);
  EXPECT_EQ(settings.options, (std::map<std::string, std::string>{{"greeting", "hello"}}));
}

// Goal: --version, --help and completion print their text even if the required options are missing.
TEST(OptionsTest, AnswersForTheProgram) {
  EXPECT_EQ(parse({"--version"}).output, "news-worker 1.2.3\n");
  EXPECT_TRUE(parse({"feed", "--help"}).output.value().starts_with("usage: news-worker feed MEMBER [options]\n"));
  EXPECT_TRUE(parse({"completion", "bash"}).output.value().starts_with("# bash completion for news-worker"));
  EXPECT_EQ(error_of({"completion", "fish"}), "completion \"fish\" is not allowed; use bash or zsh");
}

}  // namespace
}  // namespace ekiden::app
