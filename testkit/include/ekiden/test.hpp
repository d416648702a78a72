/// ekiden::test: runs a handler in a unit test, against the local SQS and DynamoDB, in virtual time.
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
  /// The same seed gives the same run: latencies, faults, and the numbers of Context::random().
  std::uint64_t seed = 1;
  /// The key of the table that Context::table() returns, such as {{"user_id"}, {"news_id"}}. Empty: there is no table.
  std::vector<aws::dynamodb::KeyAttribute> table_key{};
  /// The settings of the worker. run() sets queue, table and dead-letter queue. With allow_no_dead_letter_queue there
  /// is no dead-letter queue and no redrive policy.
  worker::Settings settings{};
  /// SQS moves a message that is received more often than this to the dead-letter queue (maxReceiveCount of the redrive
  /// policy).
  int max_receives = 10;
  /// The maximum virtual time of the run. Messages that are not settled by then end as kLeft. SQS keeps a message for 4
  /// days.
  runtime::Duration limit = std::chrono::hours(4);
  /// Faults of the network between worker and services, and faults of the services.
  testkit::NetworkConditions network{};
  local::Faults faults{};
};

/// The result of one message.
struct MessageResult {
  enum class End {
    kDone,      ///< The handler succeeded, and the message was deleted.
    kRejected,  ///< Sent to the dead-letter queue with a reason, and deleted.
    kDropped,   ///< Deleted because the handler dropped it.
    kLeft       ///< None of these within Options::limit, or SQS moved it to the dead-letter queue.
  };
  End end = End::kLeft;
  unsigned retries = 0;      ///< How often it was released to the queue for a retry.
  std::string last_reason;   ///< The reason of the last retry, rejection or drop.
  runtime::Duration took{};  ///< Virtual time from the start of the worker until the message was settled.
};

struct Result {
  std::vector<MessageResult> messages;     ///< One for each body, in the order of the bodies.
  std::vector<aws::dynamodb::Item> items;  ///< The items in the table, in the order of a scan.
  std::vector<std::string> left;           ///< Bodies of the messages that are still in the queue.
  std::vector<std::string> dead;           ///< Bodies of the messages in the dead-letter queue.
  int status = 0;                          ///< The worker's exit status.
  std::vector<std::string> event_lines;    ///< The worker's events: "message.retried queue=test ...".

  /// True if every message ended as kDone.
  bool all_done() const;
};

/// Sends the bodies, runs a worker with `handler` until all messages are settled or Options::limit is reached, stops
/// the worker, and reads the table and the queues. Hours of backoff and of waiting take milliseconds. For that the
/// handler must use the clock, the random numbers and the threads of its Context.
///
/// Throws std::runtime_error if the worker could not start. An exception of the handler is a failure of that message,
/// as in production. Example:
///
///   const ekiden::test::Result result = ekiden::test::run(Deliver{}, {R"({"id":"1"})"}, {.table_key = {{"id"}}});
///   EXPECT_TRUE(result.all_done());
///   EXPECT_EQ(result.items.size(), 1U);
Result run(worker::AnyHandler handler, const std::vector<std::string>& bodies, const Options& options = {});

template <typename H>
  requires(!std::is_same_v<std::decay_t<H>, worker::AnyHandler>)
Result run(H handler, const std::vector<std::string>& bodies, const Options& options = {}) {
  return run(worker::make_handler(std::move(handler)), bodies, options);
}

}  // namespace ekiden::test
