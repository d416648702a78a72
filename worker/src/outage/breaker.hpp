/// Breaker: whether a sink of a pipeline takes anything at present. Outages: the breakers of one queue.
#pragma once

#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::worker {

class Breaker;

/// The breakers of one queue. The Receiver starts no receive while any is open: a message that is received meanwhile
/// would use up a receive for nothing.
class Outages {
 public:
  Outages(runtime::Env env, std::string queue) : env_(env), queue_(std::move(queue)) {}

  bool any() const { return open_ > 0; }
  /// True if messages can wait for the end of an outage. They wait for no extension: a handler that hangs meanwhile is
  /// stalled.
  bool holds_up() const { return open_ > open(kExtension); }
  static constexpr std::string_view kExtension = "extension";

  /// How many messages can be held, `usual` without an outage. 0 while a breaker is open. After a minute of it a few,
  /// because the held ones might be refused for reasons of their own, and only others can show that. None while leases
  /// cannot be extended: what is received then is received again when its lease ends.
  std::size_t hold_max(std::size_t usual) const;
  /// For the status page.
  std::vector<runtime::Outage> open() const;
  /// The number of open breakers of this kind: "table", "dead_letter_queue", "delete", "extension".
  std::size_t open(std::string_view sink) const;
  /// Called when a breaker of this sink opens or closes, or when a probe can start.
  void on_change(std::function<void(std::string_view sink)> act) { on_change_ = std::move(act); }

 private:
  friend class Breaker;
  void opened(const Breaker& breaker);
  void closed(const Breaker& breaker, std::string_view why);
  void changed(const Breaker& breaker);

  runtime::Env env_;
  std::string queue_;
  std::vector<const Breaker*> breakers_;
  std::size_t open_ = 0;
  runtime::Condition changed_;
  std::function<void(std::string_view)> on_change_;
};

/// Opens when the sink refuses something for a reason that every message would meet (meets_every_message()). While it
/// is open, one message at a time is sent as a probe, after a backoff. The first that is accepted closes it. So an
/// outage costs no message a receive, and the sink gets few calls.
///
/// It belongs to the pipeline and outlives a crash of its users.
class Breaker {
 public:
  static constexpr runtime::Backoff kProbes{.initial = std::chrono::milliseconds(500), .max = std::chrono::seconds(10)};

  /// `sink` is a literal: "table", "dead_letter_queue", "delete" or "extension". `resource`: the table's or the queue's
  /// name.
  Breaker(Outages& outages, std::string_view sink, std::string resource);
  Breaker(const Breaker&) = delete;
  Breaker& operator=(const Breaker&) = delete;
  ~Breaker();

  bool is_open() const { return open_; }
  /// True if the sink can be used now. If the breaker is open, only for a probe of one message.
  bool admits() const;
  /// When the next probe can start, if nothing else happens. Empty if the breaker is closed or a probe is in flight.
  std::optional<runtime::TimePoint> next_probe() const;
  /// Returns when admits() is true. Ends with operation_aborted if it is cancelled.
  Task<> wait();
  /// No message waits for the sink any more: closes the breaker, because there is no probe that could.
  void unwanted();
  /// How often it was closed because the sink accepted something.
  std::size_t recoveries() const { return recoveries_; }

  /// One use of the sink, from before the call to its answer. Requires admits().
  class Use {
   public:
    explicit Use(Breaker& breaker);
    Use(Use&& other) noexcept : breaker_(std::exchange(other.breaker_, nullptr)), is_probe_(other.is_probe_) {}
    Use& operator=(Use&&) = delete;
    /// Without an answer, the next probe waits for a backoff.
    ~Use();

    bool is_probe() const { return is_probe_; }
    void accepted();
    /// `why`: one line that says what refused, and what to do.
    void refused(std::string_view why);

   private:
    Breaker* breaker_;
    bool is_probe_;
  };

  std::string_view sink() const { return sink_; }
  const std::string& resource() const { return resource_; }
  const std::string& reason() const { return reason_; }
  runtime::TimePoint since() const { return since_; }

 private:
  void close(std::string_view why);
  void probe_later();

  Outages& outages_;
  std::string_view sink_;
  std::string resource_;
  std::string reason_;
  bool open_ = false;
  bool probing_ = false;
  unsigned probes_ = 0;
  std::size_t recoveries_ = 0;
  runtime::TimePoint since_{};
  runtime::TimePoint probe_at_{};
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::worker
