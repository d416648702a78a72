// Exit statuses and the lines on standard error are a contract: scripts and supervisors depend on them.
#include <ekiden/app/run_program.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/ops/listen.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace ekiden::app {
namespace {

struct Ending {
  int status = -1;
  std::string out;
  std::string err;
};

Ending end_of(const std::function<int(Invocation&)>& run, std::vector<std::string> more = {}) {
  more.insert(more.begin(), "bin/worker");
  const CommandSpec program{.name = "worker", .help = "works", .version = "1.2.3"};
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ending ending;
  ending.status = run_program(program, std::move(more), run);
  ending.out = testing::internal::GetCapturedStdout();
  ending.err = testing::internal::GetCapturedStderr();
  return ending;
}

template <typename Error>
Ending end_of_throwing(const Error& error) {
  return end_of([&error](Invocation&) -> int { throw error; });
}

void expect(const Ending& ending, int status, const std::string& err) {
  EXPECT_EQ(ending.status, status);
  EXPECT_EQ(ending.err, err);
}

// Goal: the exit status is what `run` returns, and 0 for --version.
TEST(RunProgramTest, YieldsTheProgramsStatus) {
  expect(end_of([](Invocation&) { return 7; }), 7, "");
  const Ending version = end_of([](Invocation&) { return 7; }, {"--version"});
  expect(version, 0, "");
  EXPECT_EQ(version.out, "worker 1.2.3\n");
}

// Goal: an error that a restart would meet again ends with status 2, any other with 1; each prints one line that starts
// with the program's name.
TEST(RunProgramTest, TurnsExceptionsIntoLinesAndStatuses) {
  expect(end_of_throwing(UsageError("no queue")), 2, "worker: no queue\n");
  expect(end_of_throwing(aws::ConfigurationError("no region")), 2, "worker: no region\n");
  expect(end_of_throwing(ops::ListenFailed("port taken")), 2, "worker: port taken\n");
  expect(end_of_throwing(std::runtime_error("the disk is full")), 1, "worker: the disk is full\n");
  expect(end_of_throwing(boost::system::system_error(boost::asio::error::operation_aborted)), 1,
         "worker: interrupted\n");
  expect(end_of([](Invocation&) { return 0; }, {"--loud"}), 2, "worker: unknown option --loud; see worker --help\n");
}

}  // namespace
}  // namespace ekiden::app
