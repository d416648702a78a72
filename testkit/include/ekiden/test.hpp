/// ekiden::test: a handler, tried against the local SQS and DynamoDB in virtual time, inside a unit test.
#pragma once

#include <ekiden/aws/dynamodb/types.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/testkit/sim_network.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/settings.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::test {

struct Options {
  /// The same seed gives the same run: latencies, faults, and what the handler draws from Context::random().
  std::uint64_t seed = 1;
  /// The key of Context::table(), e.g. {{"user_id"}, {"news_id"}}; empty: the handler uses no table.
  std::vector<aws::dynamodb::KeyAttribute> table_key{};
  /// Of the pipeline; queue, table and dead-letter queue are set by run(). With allow_no_dead_letter_queue there is no
  /// dead-letter queue, and no redrive policy.
  worker::Settings settings{};
  /// A message received more often than this is moved to the dead-letter queue by SQS (its redrive policy).
  int max_receives = 10;
  /// So much virtual time may pass; what is not settled by then is left. SQS keeps a message for 4 days.
  runtime::Duration limit = std::chrono::hours(4);
  /// What goes wrong between worker and services, and in them.
  testkit::NetworkConditions network{};
  local::Faults faults{};
};

/// What became of one message.
struct MessageResult {
  enum class End {
    kDone,      ///< Handled, and deleted.
    kRejected,  ///< Sent to the dead-letter queue with a reason, and deleted.
    kDropped,   ///< Deleted without an effect.
    kLeft       ///< None of these within the limit; or moved to the dead-letter queue by SQS.
  };
  End end = End::kLeft;
  unsigned retries = 0;      ///< How often it went back to the queue.
  std::string last_reason;   ///< Of the last retry, rejection or drop.
  runtime::Duration took{};  ///< From the start of the worker to the end of the message.
};

struct Result {
  std::vector<MessageResult> messages;     ///< One for each body given, in that order.
  std::vector<aws::dynamodb::Item> items;  ///< In the table, in the order of a scan.
  std::vector<std::string> left;           ///< Bodies still in the queue.
  std::vector<std::string> dead;           ///< Bodies in the dead-letter queue.
  int status = 0;                          ///< The worker's exit status.
  std::vector<std::string> event_lines;    ///< The worker's events, as the log would show them.

  bool all_done() const;
};

/// Sends the bodies, runs a worker with `handler` until all are settled or the limit is reached, stops it, and looks at
/// what is there. Hours of back-off and of a handler's own waiting take milliseconds: the handler must take its time,
/// its chance and its threads from the Context.
///
/// Throws std::runtime_error if the worker could not start; exceptions of the handler are failures, as in production.
Result run(worker::AnyHandler handler, const std::vector<std::string>& bodies, const Options& options = {});

template <typename H>
  requires(!std::is_same_v<std::decay_t<H>, worker::AnyHandler>)
Result run(H handler, const std::vector<std::string>& bodies, const Options& options = {}) {
  return run(worker::make_handler(std::move(handler)), bodies, options);
}

}  // namespace ekiden::test
