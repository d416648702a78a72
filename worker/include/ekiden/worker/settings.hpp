/// Settings: what one pipeline is told. app/ fills them from options; a test by hand.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/supervisor.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::worker {

/// One queue and what becomes of its messages. Every duration is positive unless it says otherwise.
struct Settings {
  std::string queue = "news";  ///< A queue's name or its URL.
  std::string table;           ///< Context::table(); empty: none.
  /// A name or URL. Empty: the target of the queue's redrive policy.
  std::string dead_letter_queue;
  bool allow_no_dead_letter_queue = false;  ///< Run although rejected messages would have nowhere to go.
  /// The table's key attributes (hash, or hash and range), for credentials that may not ask the table (DescribeTable);
  /// if they may, the start fails where it has others. Empty: only the table is asked.
  std::vector<std::string> table_key;

  std::size_t max_in_flight = 1'000;  ///< Messages received and not yet settled: 1 to 100,000.
  std::size_t max_receives = 32;      ///< Receives under way at a time when the queue is full.
  /// Zero: demand-driven long polling. Otherwise one short poll per interval.
  runtime::Duration poll_interval{};
  std::chrono::seconds wait_time{20};  ///< Of a long poll: 0 to 20 s (SQS).
  /// Asked at each receive; nothing: the queue's own.
  std::optional<std::chrono::seconds> visibility_timeout;

  runtime::Duration write_linger = std::chrono::milliseconds(5);   ///< How long a write waits for company.
  runtime::Duration delete_linger = std::chrono::milliseconds(5);  ///< How long a delete waits for company.
  /// Of a failed message: initial * 2^(receive count - 1), at most `max`.
  runtime::Duration retry_initial = std::chrono::seconds(1);
  runtime::Duration retry_max = std::chrono::minutes(5);

  /// From the request to stop to the kill that the platform sends; the drain takes 5 s less.
  runtime::Duration stop_timeout = std::chrono::seconds(30);

  /// How long a drain waits for handlers: 5 s of stop_timeout are for writing, deleting and handing back. 0: not at
  /// all.
  runtime::Duration drain_budget() const {
    constexpr runtime::Duration kReserve = std::chrono::seconds(5);
    return stop_timeout > kReserve ? stop_timeout - kReserve : runtime::Duration::zero();
  }

  /// Held messages of which none has moved for so long are a stall, which is unhealthy: longer than any handler may
  /// take. An outage of SQS or DynamoDB is none.
  runtime::Duration stall_timeout = std::chrono::seconds(120);

  runtime::RestartIntensity restart_intensity{};
  runtime::Backoff restart_backoff = runtime::kRestartBackoff;

  std::map<std::string, std::string> options;  ///< Context::option(): the application's own.
};

}  // namespace ekiden::worker
