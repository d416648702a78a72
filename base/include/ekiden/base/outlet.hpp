/// Outlet: writes lines to a pipe, terminal or socket without waiting for its reader.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ekiden::base {

/// A descriptor, and a bounded buffer for the lines that it does not accept yet. A line is written at once if that
/// cannot block. Otherwise it waits in the buffer, from which a thread writes it. If the buffer is full, its oldest
/// lines are dropped and counted: the newest lines say why a process ends.
///
/// The descriptor itself stays in blocking mode. O_NONBLOCK belongs to the open file, which the parent and the children
/// of this process share: it would break their output. So lines go through an open file of our own (/proc/self/fd), or
/// through send(MSG_DONTWAIT) to a socket. Only where neither works does the thread write every line.
///
/// Errors:  a line that cannot be written (reader gone, disk full) is dropped and counted, and is not tried again.
/// Threads: every function can be called from any thread. The thread starts with the first line that has to wait,
///          because a second thread makes reference counts slower (__libc_single_threaded).
class Outlet {
 public:
  /// Bytes in the buffer, including kLineCost for each line.
  static constexpr std::size_t kBytesMax = std::size_t{1} << 20;
  static constexpr std::size_t kLineCost = 64;
  /// Bytes that flush() keeps: so much reaches even a slow reader, and the last line is among it.
  static constexpr std::size_t kFlushBytesMax = std::size_t{64} << 10;
  /// The time for the last lines when a process ends. Much shorter than the time between SIGTERM and SIGKILL.
  static constexpr std::chrono::milliseconds kFlushMax{1000};

  /// The caller owns the descriptor and keeps it open until the Outlet has ended.
  explicit Outlet(int descriptor);
  /// Flushes. Lines that are left after kFlushMax are dropped.
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  /// Writes a line, which ends with a line end, or another text that must not be split. With one write(2) if the
  /// descriptor accepts it whole, as a pipe does up to PIPE_BUF (4,096 bytes).
  void write(std::string_view line) noexcept;

  /// Waits until every line is written, at most `limit`. Drops the oldest lines beyond kFlushBytesMax. Returns false if
  /// lines are left. If nothing was written since it last returned false, it does not wait again.
  bool flush(std::chrono::milliseconds limit = kFlushMax) noexcept;

  /// Lines dropped so far.
  std::uint64_t dropped() const noexcept;

  /// Makes the line, with its line end, that is written instead of dropped lines when there is room again.
  using Notice = std::function<std::string(std::uint64_t dropped)>;
  /// Replaces the notice; empty: a sentence in English. The notice is called from any thread, with a lock held: it must
  /// not call this Outlet. After this function has returned, the old notice is not called any more.
  void set_notice(Notice notice) noexcept;

 private:
  class State;
  std::shared_ptr<State> state_;  // Shared with the thread, which can be left behind in a write that never returns.
};

/// The Outlet of a descriptor. Those of standard output (1) and standard error (2) are shared by the whole process and
/// flushed by std::exit() and at the end of main(). Any other descriptor gets an Outlet of its own.
std::shared_ptr<Outlet> outlet_of(int descriptor);

/// Writes a line to standard error; adds the line end.
void say(std::string_view line) noexcept;

}  // namespace ekiden::base
