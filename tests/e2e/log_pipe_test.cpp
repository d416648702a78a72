// Nobody reads what a program writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Goal: a worker whose log nobody reads processes all messages, answers --health, and drains at SIGTERM. The reader
// that comes back finds the number of missing lines, and the last line. Method: standard error is a pipe that the test
// does not read; at level debug the log is many times larger than the pipe. Regression: everything stopped after 302
// lines.
TEST(LogPipeTest, AWorkerDoesNotWaitForTheReaderOfItsLog) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues();
  tools.create_table();
  Program worker("news-worker", {"--ops", "off", "--endpoint", server.url(), "--log-level", "debug"}, {},
                 Program::Streams::kTogether);
  const std::vector<std::string> check{"--health", std::to_string(worker.pid())};
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "10000"}).status, 0);
  tools.wait_for([&] { return tools.messages("news") == 0; }, "an empty queue");
  EXPECT_EQ(run("news-worker", check).status, 0);

  worker.signal(SIGTERM);
  std::string last;
  std::string notice;
  while (const auto line = worker.read_line()) {
    last = *line;
    notice = notice.empty() && line->find("log.dropped") != std::string::npos ? *line : notice;
  }
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_THAT(notice, HasSubstr("\"level\":\"warning\",\"event\":\"log.dropped\""));
  EXPECT_THAT(last, HasSubstr("\"event\":\"worker.stopped\""));
}

// Goal: a worker whose log nobody ever reads ends at SIGTERM, too.
TEST(LogPipeTest, AWorkerEndsWhileNobodyReadsItsLog) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues();
  tools.create_table();
  Program worker("news-worker", {"--ops", "off", "--endpoint", server.url(), "--log-level", "debug"}, {},
                 Program::Streams::kTogether);
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "2000"}).status, 0);
  tools.wait_for([&] { return tools.messages("news") == 0; }, "an empty queue");
  const runtime::TimePoint begun = tools.now();
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_LT(tools.now() - begun, 30s);  // The drain, and 1 s for the log.
}

// Goal: `ekiden up` goes on when nobody reads its output: workers work, and SIGTERM ends it. Method: a worker that
// prints without end.
TEST(LogPipeTest, UpDoesNotWaitForTheReaderOfItsOutput) {
  Program up("ekiden", {"up", "--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--worker", "yes 'a long line' 2>&1"},
             {}, Program::Streams::kTogether);
  std::string url;
  while (url.empty()) {
    const std::string line = up.read_line().value();
    if (const std::size_t at = line.find("http://127.0.0.1:"); at != std::string::npos) {
      url = line.substr(at, line.find(' ', at) - at);
    }
  }
  Tools tools(url);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(tools.messages("news"), 0);  // Answered by the loop that relays the lines.
  }
  up.signal(SIGTERM);
  EXPECT_EQ(up.wait(), 1);  // `yes` was killed by the SIGTERM.
}

}  // namespace
}  // namespace ekiden::e2e
