// Drains of whole workers. Every drain ends within the stop timeout, whatever hangs. What cannot end is abandoned, and
// its message is released.
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fleet/detour.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

// A network on which the answers to some requests never come.
class Hole final : public http::Transport {
 public:
  Hole(http::Transport& next, runtime::Clock& clock, std::shared_ptr<const std::string> operation)
      : next_(next), clock_(clock), operation_(std::move(operation)) {}
  Task<http::HttpResponse> send(http::HttpRequest request) override {
    while (!operation_->empty() && target_of(request).find(*operation_) != std::string_view::npos) {
      co_await clock_.sleep_for(1h);
    }
    http::HttpResponse response = co_await next_.send(std::move(request));
    co_return response;
  }

 private:
  http::Transport& next_;
  runtime::Clock& clock_;
  std::shared_ptr<const std::string> operation_;
};

class DrainTest : public testing::Test {
 protected:
  /// Starts a worker whose 20 messages are in their handlers.
  OneWorker& busy(runtime::Duration stop_timeout) {
    OneWorkerOptions options;
    options.stop_timeout = stop_timeout;
    options.way = [this](http::Transport& network) {
      return std::make_unique<Hole>(network, one_->process().clock(), hangs_);
    };
    one_ = std::make_unique<OneWorker>(1, std::move(options));
    one_->gate().open = false;
    one_->send(20);
    one_->start_worker();
    one_->simulation().run_while([this] { return one_->gate().inside < 20; }, one_->simulation().now() + 1min);
    return *one_;
  }
  /// Drains the worker. Returns how long it took.
  runtime::Duration drain() {
    const runtime::TimePoint begun = one_->simulation().now();
    one_->request_stop();
    one_->simulation().run_while([this] { return !one_->status(); }, begun + 2min);
    return one_->simulation().now() - begun;
  }

  std::shared_ptr<std::string> hangs_ = std::make_shared<std::string>();
  std::unique_ptr<OneWorker> one_;
};

// Goal: with every stop timeout, and whatever hangs, the worker ends in time and says with its status what it left.
TEST_F(DrainTest, EndsInTimeWhateverHangs) {
  for (const runtime::Duration limit : {1000ms, 2000ms, 3000ms, 6000ms, 10'000ms, 30'000ms}) {
    for (const char* const hangs : {"", "ChangeMessageVisibility", "ReceiveMessage", "DeleteMessage", "SQS"}) {
      SCOPED_TRACE(std::string(hangs) + " hangs, limit " + std::to_string(limit / 1ms) + " ms");
      hangs_->clear();
      OneWorker& worker = busy(limit);
      *hangs_ = hangs;
      EXPECT_LT(drain(), limit);
      const bool releases_hang = std::string(hangs) == "ChangeMessageVisibility" || std::string(hangs) == "SQS";
      EXPECT_EQ(worker.status(), releases_hang ? 1 : 0);
      EXPECT_EQ(worker.service().in_flight(), releases_hang ? 20U : 0U);
    }
  }
}

// Goal: a process that is stopped during its drain (SIGSTOP, a suspended machine) still releases its messages when it
// continues. Method: the drain's timers all fire late and at once.
TEST_F(DrainTest, APausedDrainStillReleasesItsMessages) {
  OneWorker& worker = busy(30s);
  worker.request_stop();
  worker.simulation().run_for(1s);
  worker.simulation().skip(10min);
  worker.simulation().run_while([&] { return !worker.status(); }, worker.simulation().now() + 30s);
  EXPECT_EQ(worker.status(), 0);
  EXPECT_EQ(worker.service().in_flight(), 0U);
}

// Goal: a handler that nothing can end, such as a function on a thread pool, does not hold up the drain. Its message
// and all others are released, the log names them, and the status is 1. The handler's late outcome has no effect.
TEST_F(DrainTest, AHandlerThatCannotEndIsAbandoned) {
  OneWorker& worker = busy(30s);
  worker.gate().deaf = true;
  worker.gate().writes = false;
  EXPECT_LT(drain(), 30s);
  EXPECT_EQ(worker.status(), 1);
  EXPECT_EQ(worker.service().in_flight(), 0U);
  EXPECT_EQ(worker.events(worker::events::kAbandoned), 20U);
  EXPECT_EQ(worker.events(runtime::events::kActorAbandoned), 1U);
  EXPECT_TRUE(worker.service().left_running());
  worker.gate().deaf = false;
  worker.gate().open = true;
  worker.simulation().run_for(1min);
  EXPECT_FALSE(worker.service().left_running());
  EXPECT_EQ(worker.problems(), std::vector<std::string>());
}

// Goal: a drain waits for the open long poll, because SQS can still give it a message, but not after a second
// request.
TEST_F(DrainTest, ASecondRequestCutsTheOpenPoll) {
  OneWorker idle(1);
  idle.start_worker();
  idle.simulation().run_for(5s);
  const runtime::TimePoint begun = idle.simulation().now();
  idle.request_stop();
  idle.simulation().run_for(3s);
  EXPECT_FALSE(idle.status());
  idle.hurry();
  idle.simulation().run_while([&] { return !idle.status(); }, begun + 1min);
  EXPECT_EQ(idle.status(), 0);
  EXPECT_LT(idle.simulation().now() - begun, 4s);
}

}  // namespace
}  // namespace ekiden::worker::test
