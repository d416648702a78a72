// Uses real processes and a real clock, with limits of milliseconds.
#include "up/kept_worker.hpp"

#include <ekiden/app/process.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <vector>

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class KeptWorkerTest : public testing::Test {
 protected:
  // Runs `command` until it ends with status 0, is stopped, or is not restarted any more. Returns the error of the
  // latter.
  std::string keep(const std::string& command, process::RestartLimits limits) {
    process::ProgramSpec spec{.arguments = {"/bin/sh", "-c", command}, .environment = {"PATH=/bin:/usr/bin"}};
    KeptWorker::Listener listener{.started = [this] { told_.emplace_back("started"); },
                                  .address = [](const std::string&) {},
                                  .output = [this](const std::string& line) { told_.push_back("| " + line); },
                                  .ended =
                                      [this](const std::string& words) {
                                        told_.push_back(words);
                                        if (stop_at_end_) {
                                          worker_->request_stop();
                                        }
                                      }};
    worker_.emplace(process_.env(), fleet_, "worker 1", std::move(spec), std::move(listener), limits);
    worker_->start();
    std::string end;
    process_.run(run(*worker_, end));
    return end;
  }

  static Task<int> run(KeptWorker& worker, std::string& end) {
    try {
      co_await worker.run();
    } catch (const std::runtime_error& error) {
      end = error.what();
    }
    co_return 0;
  }

  app::Process process_;
  process::Fleet fleet_{process_.env().executor, process_.env().clock};
  std::optional<KeptWorker> worker_;
  std::vector<std::string> told_;
  bool stop_at_end_ = false;  // Request a stop as soon as the process has ended once.
};

constexpr process::RestartLimits kFast{
    .first_delay = 1ms, .delay_max = 1ms, .settled = 1h, .crashes_max = 3, .window = 1h};

// Goal: a worker is restarted after a crash, and its last output is relayed first, until it crashes too often.
TEST_F(KeptWorkerTest, IsStartedAgainUntilItCrashesTooOften) {
  EXPECT_EQ(keep("echo alas; kill -9 $$", kFast),
            "worker 1 crashed 3 times within 3600 s and is not restarted; see its output above");
  const std::string crash = "was killed by signal 9 (Killed)";
  EXPECT_THAT(told_, ElementsAre("started", "| alas", crash + "; restarting in 1 s",  //
                                 "started", "| alas", crash + "; restarting in 1 s",  //
                                 "started", "| alas", crash));
  EXPECT_TRUE(fleet_.members().size() <= 1U) << "a restarted worker must be removed from the fleet's list";
}

// Goal: a worker that would fail in the same way again is not restarted, and the error says why.
TEST_F(KeptWorkerTest, IsNotStartedAgainInVain) {
  EXPECT_THAT(keep("exit 2", kFast),
              HasSubstr("worker 1 ended with status 2: wrong usage or configuration, so it is not "
                        "restarted; read its output above and fix it"));
  EXPECT_THAT(told_, ElementsAre("started", "ended with status 2"));
  EXPECT_THAT(keep("/no/such/program", kFast), HasSubstr("does not name a program that can be run"));
}

// Goal: a worker that ends with status 0 is not restarted.
TEST_F(KeptWorkerTest, LetsAWorkerEnd) {
  EXPECT_EQ(keep("exit 0", kFast), "");
  EXPECT_THAT(told_, ElementsAre("started", "ended with status 0"));
}

// Goal: a stop cancels a restart that waits for its delay. Method: a delay of 24 h.
TEST_F(KeptWorkerTest, IsStoppedBetweenTwoLives) {
  stop_at_end_ = true;
  EXPECT_EQ(keep("kill -9 $$", {.first_delay = 24h, .delay_max = 24h}), "");
  EXPECT_THAT(told_, ElementsAre("started", HasSubstr("restarting in 86400 s")));
}

}  // namespace
}  // namespace ekiden::cli
