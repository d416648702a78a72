/// Child: a worker process of ours, from fork to wait4.
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

/// What to run, and with what.
struct ProgramSpec {
  std::vector<std::string> arguments;    ///< The first is the program's path.
  std::vector<std::string> environment;  ///< NAME=value, all of it.
  int output = -1;                       ///< Its standard output and error; -1: ours.
  int inherited = -1;                    ///< A descriptor it keeps under the same number; -1: none.
};

/// How a process ended, and what it took (wait4: children that it waited for are included).
struct ChildExit {
  int wait_status = 0;
  double cpu_seconds = 0;  ///< User and system.
  std::int64_t max_rss_bytes = 0;

  bool ok() const { return wait_status == 0; }
  /// "ended with status 1", "was killed by signal 9 (Killed)".
  std::string words() const;
};

/// A process in a group of its own, so that the terminal's Ctrl-C reaches it once, from us; killed with us
/// (PR_SET_PDEATHSIG), so that none is left behind, but for what a shell itself has started. If it ends without having
/// been signalled, the rest of its group is killed: a shell's worker would work on, unseen, beside the next one. Its
/// standard input is /dev/null.
class Child {
 public:
  /// Throws std::system_error if it cannot be started.
  Child(runtime::Executor executor, const ProgramSpec& spec);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept = delete;
  /// Kills the group and reaps, if that has not happened.
  ~Child();

  pid_t pid() const { return pid_; }
  bool running() const { return pid_ > 0 && !exit_; }
  /// To the whole group; nothing if it has ended.
  void signal(int number);
  /// Waits for its end. One waiter at a time; once it has ended, returns at once.
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
