#include <ekiden/base/outlet.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>

namespace ekiden::base {
namespace {

using namespace std::chrono_literals;

/// A pipe or a socket pair. A reader that never reads makes a blocking write hang, so that the test would not end.
class Ends {
 public:
  explicit Ends(bool socket = false) {
    EXPECT_EQ(
        socket ? ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) : ::pipe2(ends_.data(), O_CLOEXEC),
        0);
  }
  ~Ends() {
    close_reader();
    ::close(ends_[1]);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  int writer() const { return ends_[1]; }
  int reader() const { return ends_[0]; }
  void close_reader() {
    if (ends_[0] >= 0) {
      ::close(ends_[0]);
      ends_[0] = -1;
    }
  }

  /// Reads up to the first text that ends with `last`, or to the end.
  std::string read_to(const std::string& last) {
    std::string text;
    std::array<char, 4096> chunk;
    while (!text.ends_with(last)) {
      const ssize_t got = ::read(ends_[0], chunk.data(), chunk.size());
      if (got <= 0) {
        break;
      }
      text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// The number of threads of this process.
std::size_t threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

std::string numbered(int number) { return "line " + std::to_string(number) + std::string(200, '.') + "\n"; }

constexpr int kMany = 20'000;  // 4 MB: more than a pipe or a socket holds, and more than the buffer.

/// Writes kMany lines that nobody reads. Then reads all, and expects: lines in order, one gap, a notice in the gap with
/// the exact count, and the last line.
void expect_only_the_oldest_dropped(Ends& ends) {
  Outlet outlet(ends.writer());
  for (int i = 1; i <= kMany; ++i) {
    outlet.write(numbered(i));
  }
  const std::uint64_t dropped = outlet.dropped();
  EXPECT_GT(dropped, 0U);
  EXPECT_LT(dropped, std::uint64_t{kMany});

  const std::string text = ends.read_to(numbered(kMany));
  const std::string notice =
      "(" + std::to_string(dropped) + " lines were dropped here, because nobody read the output in time)\n";
  std::string expected;
  int next = 1;
  while (text.compare(expected.size(), numbered(next).size(), numbered(next)) == 0) {
    expected += numbered(next++);
  }
  EXPECT_EQ(text.substr(expected.size(), notice.size()), notice);
  expected += notice;
  for (next += static_cast<int>(dropped); next <= kMany; ++next) {
    expected += numbered(next);
  }
  EXPECT_TRUE(text == expected);
  EXPECT_TRUE(outlet.flush());
}

// Goal: a pipe that nobody reads does not stop the writer: the oldest lines are dropped, and their number is written
// where they are missing. Regression: the worker's loop stopped after 302 log lines.
TEST(OutletTest, DropsTheOldestLinesOfAFullPipe) {
  Ends pipe;
  expect_only_the_oldest_dropped(pipe);
}

// Goal: the same for a socket, which /proc/self/fd cannot open again.
TEST(OutletTest, DropsTheOldestLinesOfAFullSocket) {
  Ends socket(true);
  expect_only_the_oldest_dropped(socket);
}

// Goal: the same for a terminal whose output is stopped (Ctrl-S): here a pseudo-terminal that nobody reads.
TEST(OutletTest, DoesNotWaitForATerminal) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_EQ(::grantpt(master), 0);
  ASSERT_EQ(::unlockpt(master), 0);
  std::array<char, 128> name;
  ASSERT_EQ(::ptsname_r(master, name.data(), name.size()), 0);
  const int terminal = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(terminal, 0);
  {
    Outlet outlet(terminal);
    for (int i = 1; i <= kMany; ++i) {
      outlet.write(numbered(i));
    }
    EXPECT_GT(outlet.dropped(), 0U);
    EXPECT_FALSE(outlet.flush(10ms));
  }
  ::close(terminal);
  ::close(master);
}

// Goal: when an Outlet has given up a text that was written in part, the rest never goes to the next file that gets the
// number of its descriptor.
TEST(OutletTest, WritesNothingAfterItsEnd) {
  ::signal(SIGPIPE, SIG_IGN);
  const std::size_t before = threads();
  Ends stuck(true);
  {
    Outlet outlet(stuck.writer());
    outlet.write(std::string(900'000, 'x') + "\n");  // More than a socket holds.
    EXPECT_FALSE(outlet.flush(1ms));
    std::array<char, 4096> chunk;
    for (int i = 0; i < 100; ++i) {  // So that the thread's write has begun.
      ASSERT_GT(::read(stuck.reader(), chunk.data(), chunk.size()), 0);
    }
  }
  Ends next;
  ASSERT_EQ(::fcntl(next.reader(), F_SETFL, O_NONBLOCK), 0);
  ASSERT_GE(::dup2(next.writer(), stuck.writer()), 0);  // Takes the number of the socket.
  stuck.close_reader();                                 // Ends the write, in the middle of the text.
  std::string text;
  while (threads() > before && text.empty()) {
    text = next.read_to("\n");
  }
  EXPECT_EQ(text.size(), 0U);
}

// Goal: the open file, which the parent and the children share, stays in blocking mode.
TEST(OutletTest, LeavesTheModeOfTheSharedOpenFileAlone) {
  for (const bool socket : {false, true}) {
    Ends ends(socket);
    Outlet outlet(ends.writer());
    outlet.write("x\n");
    EXPECT_EQ(::fcntl(ends.writer(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(ends.read_to("x\n"), "x\n");
  }
}

// Goal: if the parent has set O_NONBLOCK on the shared open file, no line is lost or cut.
TEST(OutletTest, WritesEverythingToAPipeInNonblockingMode) {
  Ends pipe;
  ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  Outlet outlet(pipe.writer());
  std::string expected;
  for (int i = 1; i <= 1'000; ++i) {
    outlet.write(numbered(i));
    expected += numbered(i);
  }
  const std::string text = pipe.read_to(numbered(1'000));
  const auto differs = std::ranges::mismatch(text, expected).in1 - text.begin();
  EXPECT_TRUE(text == expected) << text.size() << " bytes; differs at " << differs << ": "
                                << text.substr(static_cast<std::size_t>(differs), 300);
  EXPECT_EQ(outlet.dropped(), 0U);
}

// Goal: the end of an Outlet waits for a stuck reader only for a bounded time; the last line is among what is kept for
// a reader that comes in that time.
TEST(OutletTest, FlushesTheNewestLinesWithinABound) {
  Ends pipe;
  {
    Outlet outlet(pipe.writer());
    for (int i = 1; i <= kMany; ++i) {
      outlet.write(numbered(i));
    }
    EXPECT_FALSE(outlet.flush(1ms));
    EXPECT_FALSE(outlet.flush(10h)) << "must not wait again, because nothing was read";
    const std::string text = pipe.read_to(numbered(kMany));
    EXPECT_LE(text.size(), Outlet::kFlushBytesMax + (std::size_t{1} << 17)) << "the pipe's and the kept lines";
    EXPECT_TRUE(text.ends_with(numbered(kMany)));
  }
}

// Goal: a reader that has gone, or a closed descriptor, costs lines, but neither ends nor stops the process.
TEST(OutletTest, CountsLinesThatCannotBeWritten) {
  ::signal(SIGPIPE, SIG_IGN);
  Ends pipe;
  Outlet gone(pipe.writer());
  gone.write("read\n");
  EXPECT_EQ(pipe.read_to("read\n"), "read\n");
  pipe.close_reader();
  Outlet closed(-1);
  for (int i = 0; i < 100; ++i) {
    gone.write("lost\n");
    closed.write("lost\n");
  }
  EXPECT_TRUE(gone.flush());
  EXPECT_TRUE(closed.flush());
  EXPECT_EQ(gone.dropped(), 100U);
  EXPECT_EQ(closed.dropped(), 100U);
}

// Goal: when a full disk has cut a line, the next line that can be written starts on a line of its own, after the
// number of missing lines. Method: a limit of the file's size (EFBIG).
TEST(OutletTest, StartsANewLineAfterOneThatWasCut) {
  ::signal(SIGXFSZ, SIG_IGN);
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  {
    Outlet outlet(::fileno(file));
    rlimit tight = before;
    tight.rlim_cur = 12;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    outlet.write("12345678\n");
    outlet.write("cut here\n");
    outlet.write("missing\n");
    EXPECT_TRUE(outlet.flush());
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_EQ(outlet.dropped(), 2U);
    outlet.set_notice([](std::uint64_t count) { return "dropped=" + std::to_string(count) + "\n"; });
    outlet.write("there is room\n");
    EXPECT_TRUE(outlet.flush());
  }
  std::array<char, 256> text{};
  ASSERT_EQ(::fseek(file, 0, SEEK_SET), 0);
  ASSERT_GT(std::fread(text.data(), 1, text.size(), file), 0U);
  EXPECT_STREQ(text.data(), "12345678\ncut\ndropped=2\nthere is room\n");
  std::fclose(file);
}

}  // namespace
}  // namespace ekiden::base
