// kill -9 of a worker, or of the local server with --data, while 10,000 messages are processed: nothing is lost.
#include <ekiden/runtime/random.hpp>

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <memory>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;

std::uint64_t seed() {
  const char* const given = std::getenv("EKIDEN_SEED");
  return given == nullptr ? runtime::Random::entropy() : std::strtoull(given, nullptr, 10);
}

// EKIDEN_KILL_MESSAGES=1000 makes the test quick.
int message_count() {
  const char* const given = std::getenv("EKIDEN_KILL_MESSAGES");
  return given == nullptr ? 10'000 : std::atoi(given);
}

class KillTest : public testing::Test {
 protected:
  KillTest() : random_(seed()) {
    restart_server();
    Tools tools(server_->url());
    tools.create_queues(3s, 1'000);
    tools.create_table();
    const Finished sent =
        run("ekiden", {"send", "--endpoint", server_->url(), "--queue", "news", "--news", std::to_string(count_)});
    EXPECT_EQ(sent.status, 0) << sent.errors;
  }

  void restart_server() {
    const std::string port = server_ ? server_->port() : "0";
    server_.reset();
    server_ = std::make_unique<LocalServer>(std::vector<std::string>{"--data", folder_.path()}, port);
  }
  std::unique_ptr<Program> start_worker() const {
    return std::make_unique<Program>("news-worker",
                                     std::vector<std::string>{"--endpoint", server_->url(), "--ops", "off"});
  }

  // Waits until at least `share` of the messages have left the queue.
  void wait_for_progress(double share) {
    Tools tools(server_->url());
    const int left = static_cast<int>(count_ * (1 - share));
    tools.wait_for([&] { return tools.messages("news") <= left; }, "progress");
  }

  void expect_nothing_lost() {
    Tools tools(server_->url());
    tools.wait_until_empty("news");
    EXPECT_EQ(tools.messages("news-dead"), 0);
    const auto deliveries = tools.deliveries();
    EXPECT_EQ(deliveries.size(), static_cast<std::size_t>(count_));
    for (const auto& [user, title] : deliveries) {
      EXPECT_FALSE(title.empty()) << user;
    }
  }

  const int count_ = message_count();
  runtime::Random random_;
  Folder folder_;
  std::unique_ptr<LocalServer> server_;
};

// Goal: the messages of a killed worker are handled by the next one. Method: three kills at random times, then a worker
// that is not killed.
TEST_F(KillTest, AKilledWorkerLosesNothing) {
  std::unique_ptr<Program> worker;
  for (int i = 1; i <= 3; ++i) {
    worker = start_worker();
    wait_for_progress(0.2 * i + 0.1 * random_.uniform());
    worker->kill();
  }
  worker = start_worker();
  expect_nothing_lost();
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->wait(), 0) << worker->errors();
}

// Goal: what the server has acknowledged survives its kill. Method: three kills under load, with one worker that keeps
// running.
TEST_F(KillTest, AKilledServerLosesNothing) {
  const std::unique_ptr<Program> worker = start_worker();
  for (int i = 1; i <= 3; ++i) {
    wait_for_progress(0.2 * i + 0.1 * random_.uniform());
    server_->program().kill();
    restart_server();
  }
  expect_nothing_lost();
  worker->signal(SIGTERM);
  EXPECT_EQ(worker->wait(), 0) << worker->errors();
}

}  // namespace
}  // namespace ekiden::e2e
