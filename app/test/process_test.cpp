#include <ekiden/app/process.hpp>
#include <ekiden/base/exit_status.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace ekiden::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class ProcessTest : public testing::Test {
 protected:
  /// Sends the signals to this process, `pause` apart, and then waits a moment. Returns what `run` called.
  std::vector<std::string> called_by(std::vector<int> signals, runtime::Duration pause) {
    std::vector<std::string> called;
    const auto first = [&called](std::string_view name) { called.push_back("first " + std::string(name)); };
    const auto second = [&called](std::string_view name) { called.push_back("second " + std::string(name)); };
    Process process;
    process.run(send(process.env().clock, std::move(signals), pause), first, second);
    return called;
  }

 private:
  static Task<int> send(runtime::Clock& clock, std::vector<int> signals, runtime::Duration pause) {
    for (const int signal : signals) {
      ::kill(::getpid(), signal);
      co_await clock.sleep_for(pause);
    }
    co_return base::kExitDone;
  }
};

// Goal: SIGINT, SIGTERM, SIGQUIT and SIGHUP all start the orderly end. Regression: SIGHUP and SIGQUIT killed.
TEST_F(ProcessTest, EndsInOrderAtEachOfFourSignals) {
  EXPECT_THAT(called_by({SIGINT}, 20ms), ElementsAre("first SIGINT"));
  EXPECT_THAT(called_by({SIGTERM}, 20ms), ElementsAre("first SIGTERM"));
  EXPECT_THAT(called_by({SIGQUIT}, 20ms), ElementsAre("first SIGQUIT"));
  EXPECT_THAT(called_by({SIGHUP}, 20ms), ElementsAre("first SIGHUP"));
}

// Goal: under nohup, SIGHUP has no effect.
TEST_F(ProcessTest, LeavesAnIgnoredHangUpIgnored) {
  ::signal(SIGHUP, SIG_IGN);
  EXPECT_THAT(called_by({SIGHUP}, 20ms), ElementsAre());
  ::signal(SIGHUP, SIG_DFL);
}

// Goal: a signal right after the first one is its echo; a later one, of any kind, is the second.
TEST_F(ProcessTest, HearsASecondSignalAfterASecond) {
  EXPECT_THAT(called_by({SIGINT, SIGINT}, 20ms), ElementsAre("first SIGINT"));
  EXPECT_THAT(called_by({SIGTERM, SIGHUP}, 1100ms), ElementsAre("first SIGTERM", "second SIGHUP"));
}

// Goal: the signal after the second ends the process at once with status 1; without a hook for the second, the second
// does.
TEST_F(ProcessTest, EndsAtOnceAfterThat) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(called_by({SIGTERM, SIGTERM, SIGTERM, SIGTERM}, 1100ms), testing::ExitedWithCode(base::kExitFailed), "");
}

// Goal: a write beyond the limit of a file's size fails, and does not end the process.
TEST_F(ProcessTest, SurvivesALimitOfTheFileSize) {
  ::signal(SIGXFSZ, SIG_DFL);
  const Process process;
  struct sigaction action{};
  ASSERT_EQ(::sigaction(SIGXFSZ, nullptr, &action), 0);
  EXPECT_EQ(action.sa_handler, SIG_IGN);
}

// Goal: an exception that nothing catches ends the process with its text, also if nobody reads standard error.
TEST_F(ProcessTest, PrintsTheExceptionThatEndsIt) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto fail = [] {
    const Process process;
    try {
      throw std::runtime_error("no luck");
    } catch (...) {
      std::terminate();  // As if the exception had left main() or a noexcept function.
    }
  };
  EXPECT_EXIT(fail(), testing::KilledBySignal(SIGABRT), "terminated by an exception that nothing caught: no luck\n");
  const auto fail_into_a_full_pipe = [&fail] {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_NONBLOCK) == 0) {
      while (::write(ends[1], "x", 1) == 1) {
      }
      ::fcntl(ends[1], F_SETFL, 0);
      ::dup2(ends[1], STDERR_FILENO);
    }
    fail();
  };
  EXPECT_EXIT(fail_into_a_full_pipe(), testing::KilledBySignal(SIGABRT), "");
}

// Goal: the loop of a process whose standard streams are closed does not take their numbers.
TEST_F(ProcessTest, OpensClosedStandardStreams) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto run_without_streams = [] {
    for (int number = 0; number <= 2; ++number) {
      ::close(number);
    }
    const Process process;
    std::string null(64, '\0');
    bool all = true;
    for (int number = 0; number <= 2; ++number) {
      const std::string link = "/proc/self/fd/" + std::to_string(number);
      const ssize_t size = ::readlink(link.c_str(), null.data(), null.size());
      all = all && null.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0) == "/dev/null";
    }
    ::_exit(all ? 0 : 1);
  };
  EXPECT_EXIT(run_without_streams(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace ekiden::app
