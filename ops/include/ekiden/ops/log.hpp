/// Log: one line an event, on standard error.
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
  kAuto,  ///< Text on a terminal, else JSON.
  kText,  ///< ts=... level=... event=... key=value
  kJson   ///< One object a line, with the same names.
};

struct LogOptions {
  runtime::Severity level = runtime::Severity::kInfo;  ///< Less severe events cost a comparison.
  LogFormat format = LogFormat::kAuto;
  std::string version{};  ///< Goes into every line.
  std::string task{};     ///< The id of the task of ECS, for JSON lines: many tasks share a log. Empty: none.
  int descriptor = 2;     ///< Where lines are written; stays the caller's.
};

/// Writes events as lines of ts, level, event, queue, version, task, message_id, request_id, then the event's other
/// fields in their order. A field without text is left out. Names are a contract: docs/logs.md.
///
/// Each line is one write(2) and at most kLineMax bytes, so that the lines of processes that share a pipe do not mix.
/// Values are escaped: no value can end its line, forge a key or drive a terminal. Events carry no bodies and no
/// credentials, so the log has none. A line that cannot be written is dropped.
///
/// Used from the event loop only. Must not outlive the Events or the Clock.
class Log {
 public:
  /// Linux writes this much to a pipe in one piece (pipe(7), PIPE_BUF).
  static constexpr std::size_t kLineMax = 4096;
  /// A longer value is cut and ends in "...".
  static constexpr std::size_t kValueMax = 1024;

  Log(runtime::Events& events, const runtime::Clock& clock, LogOptions options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
  runtime::Events::Subscription subscription_;
};

/// "debug", "info", "warning", "error", as options and lines write them.
std::string_view level_name(runtime::Severity severity);
std::optional<runtime::Severity> parse_level(std::string_view text);
/// "auto", "text", "json".
std::optional<LogFormat> parse_log_format(std::string_view text);

}  // namespace ekiden::ops
