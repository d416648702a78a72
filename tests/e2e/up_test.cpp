// `ekiden up` restarts workers that crash, and ends if a worker cannot work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// `ekiden up` on free ports. The test reads its output line by line.
class Up {
 public:
  explicit Up(std::vector<std::string> arguments, const Program::Variables& variables = {})
      : program_("ekiden", with_ports(std::move(arguments)), variables, Program::Streams::kTogether) {}

  Program& program() { return program_; }
  /// The output that was read so far.
  const std::string& printed() const { return printed_; }

  /// Reads up to the next line with `text`. Returns the rest of that line.
  std::string after(const std::string& text) {
    while (const std::optional<std::string> line = program_.read_line()) {
      printed_ += *line + "\n";
      if (const std::size_t found = line->find(text); found != std::string::npos) {
        return line->substr(found + text.size());
      }
    }
    throw std::runtime_error("ekiden up never printed '" + text + "':\n" + printed_);
  }

  std::string url() {
    const std::string address = after("http://");
    return "http://" + address.substr(0, address.find(' '));
  }

  pid_t pid_after(const std::string& text) {
    const std::string digits = after(text);
    pid_t pid = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), pid);
    return pid;
  }

  /// Reads to the end of the output. Returns the exit status.
  int end() {
    while (const std::optional<std::string> line = program_.read_line()) {
      printed_ += *line + "\n";
    }
    return program_.wait();
  }

 private:
  static std::vector<std::string> with_ports(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"up", "--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0"});
    return arguments;
  }

  Program program_;
  std::string printed_;
};

const std::string kWorker = std::string(EKIDEN_BIN_DIR) + "/news-worker";

// Goal: a worker that is killed while it holds messages is restarted once, and every message is processed. Method: a
// slow handler, so that hundreds of messages are in flight at the kill -9, and a short visibility timeout, so that they
// are received again soon.
TEST(UpTest, RestartsAWorkerThatWasKilled) {
  constexpr std::size_t kMessages = 3'000;
  Up up({"--worker", "echo life $$; exec " + kWorker},
        {{"EKIDEN_VISIBILITY_TIMEOUT", "3s"}, {"EKIDEN_HANDLER_DELAY", "100"}});
  Tools tools(up.url());
  const pid_t first = up.pid_after("worker 1 | life ");
  ASSERT_GT(first, 0);
  const Finished sent = run("ekiden", {"send", "--endpoint", tools.url(), "--news", std::to_string(kMessages)});
  ASSERT_EQ(sent.status, 0) << sent.errors;
  tools.wait_for([&] { return !tools.deliveries().empty(); }, "the first delivery");
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  EXPECT_GT(tools.messages("news"), 0) << "all messages were processed before the kill";

  EXPECT_EQ(up.after("worker 1 was killed by signal 9 (Killed)"), "; restarting in 1 s");
  EXPECT_NE(up.pid_after("worker 1 | life "), first);
  tools.wait_until_empty("news");
  EXPECT_EQ(tools.deliveries().size(), kMessages);
  EXPECT_EQ(tools.messages("news-dead"), 0);
  up.program().signal(SIGTERM);
  EXPECT_EQ(up.end(), 0) << up.printed();
  EXPECT_THAT(up.printed(), HasSubstr("\n news: 3,000 messages deleted, 0 left\n"));
}

// Goal: a worker that rejects its configuration ends `ekiden up` at once. The output has the worker's own error.
TEST(UpTest, EndsWhenAWorkerRejectsItsConfiguration) {
  Up up({"--tasks", "2", "--worker", "exec " + kWorker + " --max-in-flihgt 5"});
  EXPECT_EQ(up.end(), 1);
  EXPECT_THAT(up.printed(), HasSubstr("did you mean --max-in-flight?"));
  EXPECT_THAT(up.printed(), HasSubstr(" ended with status 2: wrong usage or configuration, so it is not restarted;"));
  EXPECT_THAT(up.printed(), Not(HasSubstr("restarting")));
}

// Goal: a worker program that does not exist is rejected before anything starts. A command line with shell syntax is
// not checked; the shell runs it.
TEST(UpTest, ChecksTheWorkersProgramFirst) {
  for (const std::string worker : {"/nope/x", "no-such-worker --local", "/nope/x|cat", "/"}) {
    const Finished refused =
        run("ekiden", {"up", "--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--worker", worker});
    EXPECT_EQ(refused.status, 2) << worker;
    EXPECT_THAT(refused.errors, StartsWith("ekiden: --worker: cannot find an executable program "));
    EXPECT_EQ(std::ranges::count(refused.errors, '\n'), 1) << refused.errors;
  }
  for (const std::string worker :
       {"cd / && /bin/true", "X=1 /bin/true", "\"/bin/true\"", "(/bin/true)", " /bin/true;"}) {
    Up up({"--worker", worker});
    EXPECT_EQ(up.end(), 1);
    EXPECT_THAT(up.printed(), HasSubstr("worker 1 ended with status 0\n")) << worker;
    EXPECT_THAT(up.printed(), HasSubstr("ekiden: all workers have ended with status 0, so nothing is left to do; set "
                                        "--worker to a program that runs until SIGTERM\n"));
  }
  Up up({"--worker", "exec /nope/x"});
  EXPECT_EQ(up.end(), 1);
  EXPECT_THAT(up.printed(), HasSubstr("worker 1 ended with status 127: its command line does not name a program"));
}

// Goal: the counts at the end are correct, and a dead letter is counted separately. Method: two good messages, and one
// that does not decode.
TEST(UpTest, CountsDeadLettersSeparately) {
  Up up({});
  Tools tools(up.url());
  up.after("waiting for messages");
  tools.send("news", "no JSON at all");
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", tools.url(), "--news", "2"}).status, 0);
  tools.wait_for([&] { return tools.messages("news") == 0 && tools.messages("news-dead") == 1; },
                 "the end of the work");
  up.program().signal(SIGTERM);
  EXPECT_EQ(up.end(), 0);
  EXPECT_THAT(up.printed(), HasSubstr("\n news: 3 messages deleted, 0 left; 1 dead letter in news-dead\n"));
}

// Goal: the doctor finds no fault and no warning in the queues and the table that `ekiden up` creates.
TEST(UpTest, CreatesWhatTheDoctorFindsCorrect) {
  Up up({});
  const std::string url = up.url();
  up.after("waiting for messages");
  const Finished found = run("news-worker", {"doctor", "--endpoint", url});
  EXPECT_EQ(found.status, 0);
  EXPECT_THAT(found.output, HasSubstr(" ok, 0 warnings, 0 faults, ")) << found.output;
}

std::string command_line(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
  std::string text;
  std::getline(file, text);
  return text;  // Empty for a process that has ended, even if its parent has not waited for it.
}

// Goal: if `ekiden up` is killed, its workers end, too, because their server is gone.
TEST(UpTest, ItsWorkersEndWithIt) {
  Up up({"--worker", kWorker});
  Tools tools(up.url());
  up.after("waiting for messages");
  const std::string self = std::to_string(up.program().pid());
  pid_t worker = 0;
  std::ifstream("/proc/" + self + "/task/" + self + "/children") >> worker;
  ASSERT_GT(worker, 0);
  tools.wait_for([&] { return command_line(worker).find("news-worker") != std::string::npos; }, "the worker");
  up.program().kill();
  tools.wait_for([&] { return command_line(worker).empty(); }, "the worker's end");
}

// Goal: `ekiden up` rejects a table that exists with another key than --table-key.
TEST(UpTest, RejectsATableWithAnotherKey) {
  const Folder folder;
  const std::vector<std::string> data{"--data", folder.path() + "/data"};
  Up up(data);
  Tools tools(up.url());
  up.after("waiting for messages");
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", tools.url(), "--news", "1"}).status, 0);
  tools.wait_until_empty("news");
  up.program().signal(SIGTERM);
  EXPECT_EQ(up.end(), 0);
  const Finished refused = run("ekiden", {"up", "--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0", data[0], data[1],
                                          "--table-key", "order_id,number:N"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors,
              HasSubstr("table news-deliveries exists with another key: use --table-key user_id,news_id, or "));
}

// Goal: SIGTERM while a worker waits for its restart ends `ekiden up` at once with status 0.
TEST(UpTest, StopsWhileAWorkerWaitsForItsRestart) {
  Up up({"--worker", "kill -9 $$"});
  up.after("restarting in 1 s");
  up.program().signal(SIGTERM);
  EXPECT_EQ(up.end(), 0) << up.printed();
  EXPECT_THAT(up.printed(), Not(HasSubstr("restarting in 2 s")));
}

}  // namespace
}  // namespace ekiden::e2e
