// `--health` of a real worker, from its first receive until a handler blocks its event loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace ekiden::e2e
