/// Log: writes one line per event, to standard error by default.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::ops {

enum class LogFormat {
  kAuto,  ///< Text on a terminal, otherwise JSON.
  kText,  ///< ts=... level=... event=... key=value
  kJson   ///< One JSON object per line, with the same names.
};

struct LogOptions {
  runtime::Severity level = runtime::Severity::kInfo;  ///< Less severe events are not logged.
  LogFormat format = LogFormat::kAuto;
  std::string version{};  ///< Written into every line.
  std::string task{};  ///< The ECS task id, written into every JSON line, because many tasks share a log. Empty: none.
  int descriptor = 2;  ///< The file descriptor that lines are written to. The caller owns it.
};

/// Writes each event as a line: ts, level, event, queue, version, task, message_id, request_id, then the event's other
/// fields in their order. Empty fields are left out. The names are a contract: see docs/logs.md.
///
/// Each line is one write(2) of at most kLineMax bytes, so that the lines of processes that share a pipe do not mix.
/// Values are escaped: no value can end its line, forge a key or send control codes to a terminal. Events contain no
/// message bodies and no credentials, so the log contains none.
///
/// Writing never waits for the reader: see base::Outlet. Lines that nobody reads in time are dropped, the oldest first.
/// The line log.dropped has their number. One cause that repeats is logged once every 10 s, with the field `repeated`:
/// the number of events that the line stands for. At level kDebug every event is logged.
///
/// Use it only on the event loop. The Events and the Clock must outlive it, and Clock::wall_now() must be callable from
/// any thread, as that of RealClock is.
class Log {
 public:
  /// Bytes. Linux writes this much to a pipe atomically (pipe(7), PIPE_BUF).
  static constexpr std::size_t kLineMax = 4096;
  /// Bytes. A longer value is cut and ends in "...".
  static constexpr std::size_t kValueMax = 1024;

  Log(runtime::Events& events, runtime::Clock& clock, LogOptions options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// The number of lines that were dropped, because nobody read them in time or they could not be written.
  std::uint64_t dropped() const;

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
  runtime::Events::Subscription subscription_;
};

/// "debug", "info", "warning" or "error", as in --log-level and in log lines. parse_level() returns nothing for any
/// other text.
std::string_view level_name(runtime::Severity severity);
std::optional<runtime::Severity> parse_level(std::string_view text);
/// Reads "auto", "text" or "json". Nothing for any other text.
std::optional<LogFormat> parse_log_format(std::string_view text);

}  // namespace ekiden::ops
