/// Settings: the configuration of one pipeline. app/ fills it from the program's options; a test fills it directly.
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

/// One queue and how its messages are processed. Durations are greater than zero unless the comment allows zero.
struct Settings {
  std::string queue = "news";  ///< The queue's name, URL or ARN.
  std::string table;           ///< The table of Context::table(); empty: no table.
  /// Name, URL or ARN. Empty: the target of the queue's redrive policy.
  std::string dead_letter_queue;
  bool allow_no_dead_letter_queue = false;  ///< Start without one; a rejected message is then retried.
  /// The table's key attributes (hash, or hash and range), for credentials without dynamodb:DescribeTable. If the table
  /// can be described, its key must match, or the worker does not start. Empty: the key comes from DescribeTable.
  std::vector<std::string> table_key;

  std::size_t max_in_flight = 1'000;  ///< Messages received and not yet settled, at most: 1 to 100,000.
  std::size_t max_receives = 32;      ///< Concurrent receives, at most. The worker uses fewer if it cannot keep up.
  /// Zero: long polling whenever there is room for messages. Otherwise one short poll per interval.
  runtime::Duration poll_interval{};
  std::chrono::seconds wait_time{20};  ///< How long a long poll waits for a message: 0 to 20 s (SQS's limit).
  /// Set with each receive: 3 s to 12 h. Empty: the queue's own (30 s if that is 0, at least 3 s).
  std::optional<std::chrono::seconds> visibility_timeout;

  /// How long a write, or a delete, waits for others to fill its batch. Can be zero.
  runtime::Duration write_linger = std::chrono::milliseconds(5);
  runtime::Duration delete_linger = std::chrono::milliseconds(5);
  /// The wait before a failed message is retried: retry_initial * 2^(receive count - 1), at most retry_max, with
  /// jitter.
  runtime::Duration retry_initial = std::chrono::seconds(1);
  runtime::Duration retry_max = std::chrono::minutes(5);

  /// The time that the platform grants between SIGTERM and SIGKILL. The worker stops before SIGKILL comes.
  runtime::Duration stop_timeout = std::chrono::seconds(30);

  /// The part of stop_timeout that a drain needs for the receives in flight before the handlers end, and for writes,
  /// deletes and releases after that.
  static constexpr runtime::Duration kDrainReserve = std::chrono::seconds(6);
  /// How long a drain waits for running handlers. Zero: handlers are cancelled at once.
  runtime::Duration drain_budget() const {
    return stop_timeout > kDrainReserve ? stop_timeout - kDrainReserve : runtime::Duration::zero();
  }

  /// The worker reports itself as unhealthy when it holds messages and none makes progress for this long. Set it longer
  /// than the slowest handler. An outage of SQS or DynamoDB does not count as a stall.
  runtime::Duration stall_timeout = std::chrono::seconds(120);

  /// How often the pipeline's supervisor restarts crashed actors before it gives up, and how long it waits before each
  /// restart.
  runtime::RestartIntensity restart_intensity{};
  runtime::Backoff restart_backoff = runtime::kRestartBackoff;

  std::map<std::string, std::string> options;  ///< The application's own options, for Context::option().
};

}  // namespace ekiden::worker
