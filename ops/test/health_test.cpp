#include <ekiden/ops/health.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <sstream>
#include <thread>

#include "fake_worker.hpp"
#include "health/health_names.hpp"
#include "no_descriptors.hpp"

namespace ekiden::ops {
namespace {

using namespace std::chrono_literals;
using test::FakeControl;
using test::RealLoop;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// Checks the health of this process while another thread serves a health socket with the status `now`.
std::pair<int, std::string> check(runtime::Status now) {
  RealLoop loop;
  FakeControl control;
  control.now = std::move(now);
  HealthSocket socket(loop.env(), control);
  boost::asio::co_spawn(loop.context, socket.run(), [](const std::exception_ptr&) {});
  std::thread worker([&loop] { loop.context.run(); });
  std::ostringstream out;
  const int result = check_health(::getpid(), out, 20s);
  boost::asio::post(loop.context, [&socket] { socket.request_stop(); });
  worker.join();
  return {result, out.str()};
}

runtime::Status status(bool ready, bool draining, std::string detail) {
  runtime::Status result;
  result.ready = ready;
  result.draining = draining;
  result.detail = std::move(detail);
  return result;
}

const std::string kSelf = "worker " + std::to_string(::getpid());

// Goal: a worker is healthy if it is ready or drains, because an orchestrator must not kill a drain, or if it waits for
// something that a restart would not bring; otherwise the answer has the reason.
TEST(HealthTest, AnswersFromTheStatus) {
  EXPECT_EQ(check(status(true, false, "")), std::pair(kHealthy, kSelf + " is healthy\n"));
  EXPECT_EQ(check(status(false, true, "")).first, kHealthy);
  runtime::Status waiting = status(false, false, "table news is being created");
  waiting.waiting = true;
  EXPECT_EQ(check(waiting), std::pair(kHealthy, kSelf + " is healthy\n"));
  EXPECT_EQ(check(status(false, false, "no receive\nhas succeeded")),
            std::pair(kUnhealthy, kSelf + " is unhealthy: no receive has succeeded\n"));
}

// Goal: a worker whose loop is blocked is unhealthy after the timeout, although the kernel accepts the connection.
TEST(HealthTest, IsUnhealthyWhenTheLoopDoesNotTurn) {
  RealLoop loop;
  FakeControl control;
  control.now.ready = true;
  HealthSocket socket(loop.env(), control);
  std::ostringstream out;
  EXPECT_EQ(check_health(::getpid(), out, 50ms), kUnhealthy);
  EXPECT_EQ(out.str(), kSelf + " is unhealthy: no answer within 0.05 s\n");
}

// Goal: if no worker has the process id, the check fails and says so in one line.
TEST(HealthTest, IsUnhealthyWhereNobodyRuns) {
  std::ostringstream out;
  EXPECT_EQ(check_health(::getpid(), out), kUnhealthy);
  EXPECT_EQ(out.str(), kSelf +
                           " is not running: no process with this id answers health checks; leave out the PID to ask "
                           "the only worker of this machine\n");
}

// Goal: a worker that has used up its descriptors still answers, again and again: a restart would only cost receives.
TEST(HealthTest, AnswersWithoutDescriptors) {
  if (http::test::kChecksNeedDescriptors) {
    GTEST_SKIP() << "the sanitizer's checks need descriptors";
  }
  RealLoop loop;
  FakeControl control;
  control.now.ready = true;
  HealthSocket socket(loop.env(), control);
  boost::asio::co_spawn(loop.context, socket.run(), [](const std::exception_ptr&) {});
  loop.context.poll();
  std::vector<std::string> answers;
  using Protocol = boost::asio::local::stream_protocol;
  std::vector<Protocol::socket> clients;
  clients.emplace_back(loop.context, Protocol());
  clients.emplace_back(loop.context, Protocol());
  {
    const http::test::NoDescriptors none;
    for (Protocol::socket& client : clients) {
      client.connect(std::string(1, '\0') + health_socket_name(::getpid()));
      std::optional<std::size_t> length;
      std::string& answer = answers.emplace_back(100, ' ');
      client.async_receive(boost::asio::buffer(answer),
                           [&length](boost::system::error_code, std::size_t bytes) { length = bytes; });
      for (int turn = 0; turn < 100 && !length; ++turn) {
        loop.context.run_one_for(1s);
      }
      ASSERT_TRUE(length);
      answer.resize(*length);
    }
  }
  socket.request_stop();
  loop.context.run();
  EXPECT_THAT(answers, ElementsAre("healthy\n", "healthy\n"));
}

// Goal: a process cannot open a second health socket; the error names the socket.
TEST(HealthTest, RefusesASecondSocket) {
  RealLoop loop;
  FakeControl control;
  HealthSocket first(loop.env(), control);
  try {
    HealthSocket second(loop.env(), control);
    FAIL() << "opened twice";
  } catch (const ListenFailed& error) {
    EXPECT_THAT(error.what(), HasSubstr(health_socket_name(::getpid())));
  }
}

// Goal: only listening sockets of this pid namespace count. The lines have the format of Linux 6.1.
TEST(HealthNamesTest, ReadsTheKernelsList) {
  std::istringstream text(
      "Num       RefCount Protocol Flags    Type St Inode Path\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 100 @ekiden-4026531836-31\n"
      "0000000000000000: 00000003 00000000 00000000 0001 03 101 @ekiden-4026531836-31\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 102 @ekiden-4026531836-7\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 103 @ekiden-4026532000-8\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 104 @ekiden-4026531836-9x\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 105 /run/ekiden-4026531836-10\n"
      "0000000000000000: 00000002 00000000 00010000 0001 01 106\n");
  EXPECT_THAT(listening_pids(text, "ekiden-4026531836-"), ElementsAre(7, 31));
}

// Goal: without a process id, the only worker is asked; if there are several, they are listed and the status is 2.
TEST(HealthNamesTest, AsksTheOnlyWorkerAndListsSeveral) {
  std::ostringstream none, one, several;
  EXPECT_EQ(check_health_among({}, none, 50ms), kUnhealthy);
  EXPECT_EQ(none.str(), "no worker is running on this machine; start one, or name a process: --health PID\n");
  EXPECT_EQ(check_health_among({::getpid()}, one, 50ms), kUnhealthy);
  EXPECT_THAT(one.str(), StartsWith(kSelf));
  EXPECT_EQ(check_health_among({20, 31}, several, 50ms), kAmbiguous);
  EXPECT_EQ(several.str(), "several workers run here: 20 31; name one, such as --health 20\n");
}

}  // namespace
}  // namespace ekiden::ops
