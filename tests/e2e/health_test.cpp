// `--health` of a real worker, from its first receive until a handler blocks its event loop.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Goal: a worker with a blocked event loop is unhealthy, and --health reports that within its time limit. Method: a
// handler blocks the loop; the worker has no ops port.
TEST(HealthTest, AWedgedLoopIsUnhealthy) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues();
  tools.create_table();
  Program worker("crashing-worker", {"--endpoint", server.url(), "--ops", "off"});
  const std::vector<std::string> check{"--health", std::to_string(worker.pid())};
  tools.wait_for([&] { return run("crashing-worker", check).status == 0; }, "a healthy worker");

  tools.send("news", "wedge");
  tools.wait_for([&] { return run("crashing-worker", check).status != 0; }, "an unhealthy worker");
  const runtime::TimePoint begun = tools.now();
  const Finished wedged = run("crashing-worker", check);
  EXPECT_GE(tools.now() - begun, 2s);
  EXPECT_LT(tools.now() - begun, 10s);  // The limit is 2 s; the machine can be busy.
  EXPECT_EQ(wedged.status, 1);
  EXPECT_THAT(wedged.output, HasSubstr(" is unhealthy: no answer within 2 s\n"));
  EXPECT_TRUE(worker.running());
}

// Goal: a handler that blocks the event loop for a time is logged with its queue, its message if it has ended, and the
// time; it is counted, and other handlers that only wait are not.
TEST(HealthTest, AHandlerThatBlocksTheLoopIsLogged) {
  for (const std::string body : {"block", "block and end"}) {
    LocalServer server;
    Tools tools(server.url());
    tools.create_queues();
    tools.create_table();
    Program worker("crashing-worker", {"--endpoint", server.url(), "--ops", "off"});
    tools.send("news", "wait");
    tools.send("news", body);
    tools.wait_for([&] { return worker.errors().find("handler.blocked") != std::string::npos; }, "a line");
    const std::string log = worker.errors();
    const std::string line = log.substr(log.find("\"level\":\"warning\",\"event\":\"handler.blocked\""));
    EXPECT_THAT(line, HasSubstr("\"queue\":\"news\""));
    EXPECT_THAT(line, HasSubstr("\"seconds\":2."));
    EXPECT_EQ(line.find("\"message_id\":") != std::string::npos, body == "block and end") << line;
    EXPECT_EQ(line.find("handler.blocked", 60), std::string::npos) << line;
  }
}

// Goal: a worker whose credentials are rejected is unhealthy while it runs, and ends with status 2 and one line.
TEST(HealthTest, AWorkerWithWrongKeysIsNeverHealthy) {
  LocalServer server({"--verify-signatures"});
  Program worker("news-worker", {"--endpoint", server.url(), "--ops", "off"},
                 {{"AWS_ACCESS_KEY_ID", "AKIAWRONG"}, {"AWS_SECRET_ACCESS_KEY", "wrong"}, {"AWS_REGION", "us-east-1"}});
  while (worker.running()) {
    EXPECT_EQ(run("news-worker", {"--health", std::to_string(worker.pid())}).status, 1);
  }
  EXPECT_EQ(worker.wait(), 2);
  const std::string errors = worker.errors();
  const std::size_t event = errors.find("\"event\":");
  EXPECT_THAT(errors, HasSubstr("\"event\":\"worker.failed\""));
  EXPECT_EQ(errors.find("\"event\":", event + 1), std::string::npos) << errors;
}

/// Listens on the default address of --ops, or lets the process that does so already have it.
class DefaultPort {
 public:
  DefaultPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9000);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      ::listen(socket_, 1);
    }
  }
  DefaultPort(const DefaultPort&) = delete;
  DefaultPort& operator=(const DefaultPort&) = delete;
  ~DefaultPort() { ::close(socket_); }

 private:
  int socket_;
};

// Goal: a worker whose default port is in use logs the URL of its pages. It logs nothing if any port was asked for.
TEST(HealthTest, ATakenDefaultPortIsLoggedWithTheNewOne) {
  const DefaultPort taken;
  LocalServer server({"--queue", "news", "--table", "news-deliveries"});
  Program worker("news-worker", {"--endpoint", server.url(), "--log-format", "text"}, {}, Program::Streams::kTogether);
  std::string line;
  while (line.find("event=ops.moved") == std::string::npos) {
    const std::optional<std::string> next = worker.read_line();
    ASSERT_TRUE(next) << "the worker never logged ops.moved";
    line = *next;
  }
  EXPECT_THAT(line, testing::ContainsRegex("level=info event=ops.moved .*address=127.0.0.1:9000 "
                                           "url=http://127.0.0.1:[0-9]+$"));
  EXPECT_THAT(line, testing::Not(HasSubstr("url=http://127.0.0.1:9000")));

  Program any("news-worker", {"--endpoint", server.url(), "--ops", "127.0.0.1:0", "--log-format", "text"}, {},
              Program::Streams::kTogether);
  for (line.clear(); line.find("event=worker.started") == std::string::npos;) {
    const std::optional<std::string> next = any.read_line();
    ASSERT_TRUE(next);
    line = *next;
    EXPECT_THAT(line, testing::Not(HasSubstr("ops.moved")));
  }
}

}  // namespace
}  // namespace ekiden::e2e
