// What signals and closed descriptors do to whole programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kWorker = std::string(EKIDEN_BIN_DIR) + "/news-worker";
const std::string kEkiden = std::string(EKIDEN_BIN_DIR) + "/ekiden";

class SignalsTest : public testing::Test {
 protected:
  SignalsTest() {
    tools.create_queues();
    tools.create_table();
  }

  /// Runs a worker by a line of shell, in which $W starts it.
  std::vector<std::string> shell(const std::string& line) const {
    return {"-c", "W='" + kWorker + " --ops off --endpoint " + server.url() + "'; " + line};
  }
  void wait_for_health(const Program& worker) {
    tools.wait_for([&] { return run("news-worker", {"--health", std::to_string(worker.pid())}).status == 0; },
                   "a healthy worker");
  }

  LocalServer server;
  Tools tools{server.url()};
};

// Goal: SIGHUP and SIGQUIT drain a worker as SIGTERM does: messages in progress are finished and deleted. Regression: 5
// of 5 messages stayed hidden.
TEST_F(SignalsTest, HangUpAndQuitDrainTheWorker) {
  for (const auto& [number, name] :
       std::vector<std::pair<int, std::string>>{{SIGHUP, "HUP"}, {SIGQUIT, "QUIT"}, {SIGUSR1, "USR1"}}) {
    Program worker("news-worker", {"--ops", "off", "--endpoint", server.url()}, {{"EKIDEN_HANDLER_DELAY", "1000"}});
    wait_for_health(worker);
    ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "5"}).status, 0);
    tools.wait_for([&] { return tools.hidden("news") == 5; }, "5 messages in progress");
    worker.signal(number);
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(tools.messages("news"), 0) << worker.errors();
    EXPECT_THAT(worker.errors(), HasSubstr("\"reason\":\"SIG" + name));
  }
}

// Goal: after SIGTERM an idle worker waits for its open long poll (20 s), and a second signal cuts it off.
TEST_F(SignalsTest, ASecondSignalCutsTheOpenPoll) {
  Program worker("news-worker", {"--ops", "off", "--wait-time", "20s", "--endpoint", server.url()});
  wait_for_health(worker);
  const runtime::TimePoint begun = tools.now();
  worker.signal(SIGTERM);
  tools.wait_for([&] { return tools.now() - begun > 1500ms; }, "a second signal that is no echo");
  EXPECT_TRUE(worker.running()) << worker.errors();
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_LT(tools.now() - begun, 10s);
}

// Goal: with fewer descriptors than a start needs, the worker says so.
TEST_F(SignalsTest, TooFewDescriptorsEndTheStart) {
  Program worker("/bin/sh", shell("ulimit -n 10; exec $W"));
  EXPECT_EQ(worker.wait(), 2);
  EXPECT_THAT(worker.errors(), HasSubstr("can have only 10 file descriptors open (RLIMIT_NOFILE)"));
}

// Goal: a worker that was started with nohup survives SIGHUP.
TEST_F(SignalsTest, HangUpStaysIgnoredUnderNohup) {
  Program worker("/bin/sh", shell("trap '' HUP; exec $W"));
  wait_for_health(worker);
  worker.signal(SIGHUP);
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "1"}).status, 0);
  tools.wait_for([&] { return !tools.deliveries().empty(); }, "a delivery after SIGHUP");
  EXPECT_TRUE(worker.running());
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0);
}

// Goal: SIGHUP, such as that of a closed terminal, ends `ekiden up` in order: its worker has drained.
TEST_F(SignalsTest, HangUpEndsUpInOrder) {
  Program up("ekiden", {"up", "--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0"}, {}, Program::Streams::kTogether);
  std::string printed;
  std::string url;
  while (const auto line = up.read_line()) {
    printed += *line + "\n";
    if (const std::size_t at = line->find("local SQS"); at != std::string::npos) {
      url = line->substr(line->find("http://"));
      url = url.substr(0, url.find(' '));
    }
    if (line->find("waiting for messages") != std::string::npos) {
      Tools there(url);
      ASSERT_EQ(run("ekiden", {"send", "--endpoint", url, "--news", "1"}).status, 0);
      there.wait_for([&] { return !there.deliveries().empty(); }, "a delivery");
      up.signal(SIGHUP);
    }
  }
  EXPECT_EQ(up.wait(), 0) << printed;
  EXPECT_THAT(printed, HasSubstr("stopping: the workers finish their messages"));
}

// Goal: if the standard streams are closed at the start, no file, socket or event loop gets their numbers.
TEST_F(SignalsTest, ClosedStandardStreamsStayReserved) {
  Program worker("/bin/sh", shell("exec $W 0<&- 1>&- 2>&-"));
  wait_for_health(worker);
  for (int number = 0; number <= 2; ++number) {
    const std::string link = "/proc/" + std::to_string(worker.pid()) + "/fd/" + std::to_string(number);
    EXPECT_EQ(std::filesystem::read_symlink(link), "/dev/null");
  }
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "1"}).status, 0);
  tools.wait_for([&] { return !tools.deliveries().empty(); }, "a delivery");
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0);
}

// Goal: when the log is a file that may not grow, the worker goes on without it.
TEST_F(SignalsTest, ALogThatMayNotGrowDoesNotEndTheWorker) {
  const Folder folder;
  ::signal(SIGXFSZ, SIG_DFL);  // The worker inherits it. `tools` ignores the signal for this process.
  Program worker("/bin/sh", shell("ulimit -f 1; exec $W --log-level debug 2>" + folder.path() + "/log"));
  wait_for_health(worker);
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "50"}).status, 0);
  tools.wait_for([&] { return tools.messages("news") == 0; }, "an empty queue");
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_LE(std::filesystem::file_size(folder.path() + "/log"), 1024U);
}

}  // namespace
}  // namespace ekiden::e2e
