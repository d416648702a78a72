/// BatchSending: sends many messages to one queue, in concurrent batches.
#pragma once

#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/env.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::cli {

/// Messages to send together, at most aws::sqs::kBatchMax, and their numbers. Numbers increase within a batch and from
/// batch to batch.
struct Batch {
  std::vector<aws::sqs::OutgoingMessage> messages;
  std::vector<std::int64_t> numbers;
};

/// Sends all messages, in no particular order, and counts what the queue acknowledged. Must outlive run().
class BatchSending {
 public:
  /// Returns the next batch. An empty one means that there are no more: it is not called again.
  using Next = std::function<Batch()>;
  /// Called with the number of messages that the queue has acknowledged so far.
  using Progress = std::function<void(std::int64_t sent)>;

  /// `noun` says what the numbers count, for errors: "orders.jsonl, line".
  BatchSending(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::string noun, Next next,
               Progress progress);

  /// Sends entries again that fail because of the service, and in halves what is refused for its size. Throws
  /// std::runtime_error at the first entry that SQS rejects, and whatever `next` or a call throws, after the batches in
  /// flight have ended.
  runtime::Task<> run();

  /// The number of messages that the queue has acknowledged.
  std::int64_t sent() const { return sent_; }
  /// The smallest number from `next` that is not acknowledged; nothing if all are.
  std::optional<std::int64_t> first_unsent() const;
  /// How many acknowledged messages have a number above first_unsent().
  std::int64_t sent_beyond() const;

 private:
  runtime::Task<> send_share();
  runtime::Task<> send(Batch batch);
  void acknowledge(std::int64_t number);

  runtime::Env env_;
  aws::sqs::SqsClient& client_;
  aws::sqs::QueueUrl queue_;
  std::string noun_;
  Next next_;
  Progress progress_;
  std::int64_t sent_ = 0;
  std::map<std::int64_t, bool> taken_;  // The numbers from first_unsent() on; true if acknowledged.
  bool over_ = false;                   // No messages are left, or a batch failed.
};

/// Sends the news messages 1 to `count`.
runtime::Task<> send_news(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::int64_t count,
                          BatchSending::Progress progress);

}  // namespace ekiden::cli
