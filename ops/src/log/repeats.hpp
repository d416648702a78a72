/// Repeats: lets each cause into the log once per interval, with a count.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ekiden::ops {

/// The first event of a cause is logged at once. Later events of the same cause are counted. At the end of each
/// interval the newest of them is logged with their number, until an interval has none. So an outage that hits every
/// message costs a few lines, no cause is hidden, and an event that repeats once per interval is still logged each
/// time.
///
/// Two events have the same cause if they have the same name and the same texts, without message_id and request_id. In
/// `reason` and `error`, longer words with digits (ids, times, sizes) count as equal; short ones, such as the status
/// 503, do not.
///
/// Every line is logged of an event of severity debug, and of those in kEach (repeats.cpp): an operator needs the id of
/// each of their messages.
class Repeats {
 public:
  static constexpr runtime::Duration kInterval = std::chrono::seconds(10);
  /// The maximum number of causes of one event. Further ones count together: the texts can be different for each
  /// message.
  static constexpr std::size_t kCausesMax = 20;

  /// Writes an event as a line. `repeated`: the number of events that the line stands for.
  using Format = std::function<void(std::string& line, const runtime::Event& event, std::uint64_t repeated)>;
  /// Takes a line that was formatted before.
  using Write = std::function<void(const std::string& line)>;

  /// The clock must outlive it.
  Repeats(runtime::Clock& clock, Format format, Write write)
      : clock_(clock), format_(std::move(format)), write_(std::move(write)) {}

  /// True if the caller must log the event now. Otherwise the event is counted, and logged later.
  bool admit(const runtime::Event& event);

  /// Logs every count now, because the process ends.
  void flush();

 private:
  struct Entry {
    std::uint64_t held = 0;  // Events since the last line.
    std::string line;        // The newest of them, with their number.
    runtime::TimePoint due{};
  };
  using Causes = std::map<std::string, Entry, std::less<>>;

  void write_held(Entry& entry);
  void arm(runtime::TimePoint when);
  void fire();

  runtime::Clock& clock_;
  Format format_;
  Write write_;
  std::map<std::string_view, Causes> causes_;  // By the event's name.
  std::string cause_;                          // Reused, so that a repeated event costs no allocation.
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::ops
