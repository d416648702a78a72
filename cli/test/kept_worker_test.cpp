// Real processes under a real clock, with limits of milliseconds.
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
  // Keeps `command` until it ends well, is given up or stopped; yields what it was given up with.
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
  bool stop_at_end_ = false;  // Of a life, once it has been told.
};

constexpr process::RestartLimits kFast{
    .first_delay = 1ms, .delay_max = 1ms, .settled = 1h, .crashes_max = 3, .window = 1h};

// Goal: a crash is followed by another life, after its last words, until there are too many.
TEST_F(KeptWorkerTest, IsStartedAgainUntilItCrashesTooOften) {
  EXPECT_EQ(keep("echo alas; kill -9 $$", kFast),
            "worker 1 crashed 3 times within 3600 s and is not started again; what it says above tells why");
  const std::string crash = "was killed by signal 9 (Killed)";
  EXPECT_THAT(told_, ElementsAre("started", "| alas", crash + "; started again in 1 s",  //
                                 "started", "| alas", crash + "; started again in 1 s",  //
                                 "started", "| alas", crash));
  EXPECT_TRUE(fleet_.members().size() <= 1U) << "who was started again is off the books";
}

// Goal: what would end alike each time is not tried again, and why is said.
TEST_F(KeptWorkerTest, IsNotStartedAgainInVain) {
  EXPECT_THAT(keep("exit 2", kFast), HasSubstr("worker 1 ended with status 2: its configuration is refused"));
  EXPECT_THAT(told_, ElementsAre("started", "ended with status 2"));
  EXPECT_THAT(keep("/no/such/program", kFast), HasSubstr("names no program that can be run"));
}

// Goal: who ends well has done its work.
TEST_F(KeptWorkerTest, LetsAWorkerEnd) {
  EXPECT_EQ(keep("exit 0", kFast), "");
  EXPECT_THAT(told_, ElementsAre("started", "ended with status 0"));
}

// Goal: a stop calls off a life that is awaited. Method: a delay that no test would survive.
TEST_F(KeptWorkerTest, IsStoppedBetweenTwoLives) {
  stop_at_end_ = true;
  EXPECT_EQ(keep("kill -9 $$", {.first_delay = 24h, .delay_max = 24h}), "");
  EXPECT_THAT(told_, ElementsAre("started", HasSubstr("started again in 86400 s")));
}

}  // namespace
}  // namespace ekiden::cli
