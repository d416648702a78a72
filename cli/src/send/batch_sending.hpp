/// BatchSending: many messages to one queue, many batches at a time.
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

/// Messages to send together, at most aws::sqs::kBatchMax, and their numbers: ascending, in a batch and from one to the
/// next.
struct Batch {
  std::vector<aws::sqs::OutgoingMessage> messages;
  std::vector<std::int64_t> numbers;
};

/// Sends everything, in no order, and knows afterwards what was sent. Its owner keeps it until run() has ended.
class BatchSending {
 public:
  /// The next batch; an empty one: there are no more, and it is not asked again.
  using Next = std::function<Batch()>;
  /// Told how many messages the queue has acknowledged so far.
  using Progress = std::function<void(std::int64_t sent)>;

  /// `noun` is what a number counts: "line".
  BatchSending(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::string noun, Next next,
               Progress progress);

  /// Entries that fail for a reason of the service's are sent again. The first refused one ends it
  /// (std::runtime_error), as does what `next` or a call throws; batches under way are finished first.
  runtime::Task<> run();

  /// Messages that the queue has acknowledged.
  std::int64_t sent() const { return sent_; }
  /// The smallest number that was taken and not acknowledged; nothing if there is none.
  std::optional<std::int64_t> first_unsent() const;
  /// Messages acknowledged with a number beyond first_unsent().
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
  std::map<std::int64_t, bool> taken_;  // From the first unsent number on: whether it is acknowledged.
  bool over_ = false;                   // Nothing is left, or a batch failed.
};

/// Sends news 1 to `count`.
runtime::Task<> send_news(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::int64_t count,
                          BatchSending::Progress progress);

}  // namespace ekiden::cli
