#include <ekiden/process/child.hpp>
#include <ekiden/process/fleet.hpp>
#include <ekiden/process/line_pipe.hpp>
#include <ekiden/runtime/real_clock.hpp>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace ekiden::process {
namespace {

using namespace std::chrono_literals;

ProgramSpec shell(const std::string& command) {
  return {.arguments = {"/bin/sh", "-c", command}, .environment = {"PATH=/bin:/usr/bin"}};
}

runtime::Task<> wait_for(Child& child) { co_await child.wait(); }

runtime::Task<> read_all(LinePipe& pipe, std::vector<std::string>& lines) {
  LinePipe::OnLine keep = [&lines](const std::string& line) { lines.push_back(line); };
  co_await pipe.read(std::move(keep));
}

// Goal: wait() returns when the process has ended, and reports its exit status.
TEST(ChildTest, ReportsItsEnd) {
  boost::asio::io_context loop;
  Child child(loop.get_executor(), shell("exit 3"));
  runtime::TaskGroup group(loop.get_executor());
  group.spawn(wait_for(child));
  loop.run();
  ASSERT_TRUE(child.exit().has_value());
  EXPECT_EQ(WEXITSTATUS(child.exit()->wait_status), 3);
  EXPECT_EQ(child.exit()->words(), "ended with status 3");
  EXPECT_FALSE(child.running());
}

// Goal: a program that cannot be started is an error of the constructor, with the reason.
TEST(ChildTest, RefusesWhatIsNotThere) {
  boost::asio::io_context loop;
  try {
    Child child(loop.get_executor(), {.arguments = {"/no/such/program"}, .environment = {}});
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
  }
}

// Goal: the process is in a group of its own, so that a terminal's Ctrl-C does not reach it directly.
TEST(ChildTest, HasAGroupOfItsOwn) {
  boost::asio::io_context loop;
  Child child(loop.get_executor(), shell("exec sleep 60"));
  EXPECT_EQ(::getpgid(child.pid()), child.pid());
}

// Goal: if the leader of a group was killed, the rest of the group is killed, too. Otherwise a worker that a shell has
// started would work on beside its replacement. Method: a pipe whose last holder is a child of the leader.
TEST(ChildTest, TakesItsGroupWithIt) {
  boost::asio::io_context loop;
  LinePipe pipe(loop.get_executor());
  ProgramSpec spec = shell("sleep 600 & kill -9 $$");
  spec.output = pipe.writing_end();
  Child child(loop.get_executor(), spec);
  pipe.close_writing_end();
  std::vector<std::string> lines;
  runtime::TaskGroup group(loop.get_executor());
  group.spawn(read_all(pipe, lines));
  group.spawn(wait_for(child));
  loop.run();  // Until the pipe ends.
  EXPECT_EQ(child.exit()->words(), "was killed by signal 9 (Killed)");
}

runtime::Task<> stop(Fleet& fleet, runtime::Duration grace) { co_await fleet.stop(grace); }

// Goal: stop() sends SIGTERM first, and SIGKILL only after the grace time.
TEST(ChildTest, FleetAsksThenInsists) {
  boost::asio::io_context loop;
  runtime::RealClock clock(loop.get_executor());
  Fleet fleet(loop.get_executor(), clock);
  fleet.start("gentle", shell("exec sleep 60"));
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  ProgramSpec deaf = shell("trap '' TERM; echo ready >&" + std::to_string(ready[1]) + "; exec sleep 60");
  deaf.inherited = ready[1];
  fleet.start("deaf", deaf);
  char line[8];
  ASSERT_EQ(::read(ready[0], line, sizeof line), 6) << "the child must have set its trap and inherited the descriptor";
  runtime::TaskGroup group(loop.get_executor());
  group.spawn(stop(fleet, 200ms));
  loop.run();
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_EQ(fleet.running(), 0U);
  EXPECT_EQ(fleet.members().front().child.exit()->words(), "was killed by signal 15 (Terminated)");
  EXPECT_EQ(fleet.members().back().child.exit()->words(), "was killed by signal 9 (Killed)");
  EXPECT_EQ(fleet.next_casualty(), nullptr) << "a worker that was asked to stop is no casualty";
}

// Goal: the output of a child arrives line by line, the last line also without a line end.
TEST(ChildTest, IsHeardLineByLine) {
  boost::asio::io_context loop;
  LinePipe pipe(loop.get_executor());
  ProgramSpec spec = shell("echo one; echo two >&2; printf three");
  spec.output = pipe.writing_end();
  Child child(loop.get_executor(), spec);
  pipe.close_writing_end();
  std::vector<std::string> lines;
  runtime::TaskGroup group(loop.get_executor());
  group.spawn(read_all(pipe, lines));
  group.spawn(wait_for(child));
  loop.run();
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three"}));
}

}  // namespace
}  // namespace ekiden::process
