/// Child: a child process, from its start to its exit status.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::process {

/// The program to run, its environment and its file descriptors.
struct ProgramSpec {
  std::vector<std::string> arguments;    ///< The first is the program's path.
  std::vector<std::string> environment;  ///< The complete environment, as NAME=value.
  int output = -1;                       ///< Descriptor for its standard output and error; -1: those of this process.
  int inherited = -1;                    ///< A descriptor that it inherits under the same number; -1: none.
};

/// How a process ended, and the resources that it used. They include children for which it has waited (wait4).
struct ChildExit {
  int wait_status = 0;
  double cpu_seconds = 0;  ///< User and system time.
  std::int64_t max_rss_bytes = 0;

  bool ok() const { return wait_status == 0; }
  /// "ended with status 1", "was killed by signal 9 (Killed)".
  std::string words() const;
};

/// A process in a process group of its own, so that a terminal's Ctrl-C reaches it only through signal(). It is killed
/// when this process dies (PR_SET_PDEATHSIG); children of a shell are not. If it ends without a signal from us, the
/// rest of its group is killed: otherwise a worker that a shell has started would work on, unseen, beside its
/// replacement. Its standard input is /dev/null.
class Child {
 public:
  /// Starts the program. Throws std::system_error if that fails.
  Child(runtime::Executor executor, const ProgramSpec& spec);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept = delete;
  /// Kills the group and reaps the process, unless it has ended.
  ~Child();

  pid_t pid() const { return pid_; }
  bool running() const { return pid_ > 0 && !exit_; }
  /// Sends a signal to the whole group. Does nothing if the process has ended.
  void signal(int number);
  /// Waits for its end; returns at once if it has ended. One waiter at a time.
  runtime::Task<ChildExit> wait();
  const std::optional<ChildExit>& exit() const { return exit_; }

 private:
  void reap(bool block);

  bool signalled_ = false;
  pid_t pid_ = -1;
  std::optional<boost::asio::posix::stream_descriptor> pidfd_;
  std::optional<ChildExit> exit_;
};

}  // namespace ekiden::process
