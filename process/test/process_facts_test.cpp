#include <ekiden/process/process_facts.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

namespace ekiden::process {
namespace {

// Goal: CPU time and memory are reported for a running process (this one), and not for one that has ended.
TEST(ProcessFactsTest, ReportWhatAProcessUses) {
  std::vector<char> memory(32 << 20);
  volatile char* bytes = memory.data();  // Else an optimiser leaves out memory that nothing reads.
  for (std::size_t i = 0; i < memory.size(); i += 4096) {
    bytes[i] = 'x';
  }
  EXPECT_GT(peak_rss(::getpid()), static_cast<std::int64_t>(memory.size()));
  EXPECT_GE(group_peak_rss(::getpgrp()), peak_rss(::getpid()));
  const std::optional<double> before = cpu_seconds(::getpid());
  ASSERT_TRUE(before.has_value());
  EXPECT_GT(*cpu_seconds(::getpid()), *before);

  const pid_t gone = ::fork();
  if (gone == 0) {
    ::_exit(0);
  }
  ::waitpid(gone, nullptr, 0);
  EXPECT_EQ(cpu_seconds(gone), std::nullopt);
  EXPECT_EQ(peak_rss(gone), 0);
}

// Goal: catches_signal() reports whether a process has a handler for a signal.
TEST(ProcessFactsTest, ReportWhichSignalsHaveAHandler) {
  EXPECT_FALSE(catches_signal(::getpid(), SIGUSR2));
  ::signal(SIGUSR2, [](int) {});
  EXPECT_TRUE(catches_signal(::getpid(), SIGUSR2));
  EXPECT_FALSE(catches_signal(::getpid(), SIGUSR1));
  ::signal(SIGUSR2, SIG_DFL);
}

}  // namespace
}  // namespace ekiden::process
