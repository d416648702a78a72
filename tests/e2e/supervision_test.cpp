// A supervisor that gives up ends its process, and the log has one line with the reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The lines of a log with the event `event`.
std::vector<std::string> lines_with(const std::string& log, const std::string& event) {
  std::istringstream stream(log);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.find("\"event\":\"" + event + "\"") != std::string::npos) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

// Goal: a worker whose actor keeps crashing exits with status 1 and one line that names the actor, the pipeline and the
// cause. The next worker handles the messages that it held.
TEST(SupervisionTest, AnActorThatKeepsCrashingEndsTheProcess) {
  constexpr std::size_t kMessages = 100;
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues(std::chrono::seconds(1), 1'000);
  tools.create_table();
  const Finished sent = run("ekiden", {"send", "--endpoint", server.url(), "--news", std::to_string(kMessages)});
  ASSERT_EQ(sent.status, 0) << sent.errors;

  const Finished crashed = run("crashing-worker", {"crash", "processor", "--endpoint", server.url()});
  EXPECT_EQ(crashed.status, 1) << crashed.errors;
  EXPECT_THAT(lines_with(crashed.errors, "worker.failed"),
              ElementsAre(AllOf(HasSubstr("\"level\":\"error\""), HasSubstr("worker gives up"),
                                HasSubstr("news gives up: more than 5 restarts in 10 s, the last one of processor; "),
                                HasSubstr("last error: Operation canceled"))));
  EXPECT_THAT(lines_with(crashed.errors, "worker.stopped"), ElementsAre(HasSubstr("\"status\":1")));
  EXPECT_EQ(tools.messages("news"), static_cast<int>(kMessages));

  Program worker("news-worker", {"--endpoint", server.url(), "--ops", "off"});
  tools.wait_until_empty("news");
  EXPECT_EQ(tools.messages("news-dead"), 0);
  EXPECT_EQ(tools.deliveries().size(), kMessages);
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
}

}  // namespace
}  // namespace ekiden::e2e
