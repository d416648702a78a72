/// DeadLetters: copies rejected messages to the dead-letter queue.
#pragma once

#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/message.hpp>

#include <optional>
#include <string>

#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Sends the whole message, and adds attributes with the reason, the source queue and the message id. An attribute is
/// left out if it would exceed SQS's limits (10 attributes, 1 MiB).
class DeadLetters {
 public:
  /// `queue` is empty with --no-dead-letter-queue: rejected messages are then retried.
  DeadLetters(runtime::Env env, aws::sqs::SqsClient& client, std::optional<aws::sqs::QueueUrl> queue,
              std::string source, Pulse& pulse)
      : env_(env), client_(client), queue_(std::move(queue)), source_(std::move(source)), pulse_(pulse) {}

  bool has_queue() const { return queue_.has_value(); }

  /// Returns once SQS has confirmed the copy. Temporary errors are retried without limit. Throws aws::Error if SQS
  /// rejects the copy. Requires has_queue().
  Task<> send(const Message& message, const std::string& reason);

 private:
  runtime::Env env_;
  aws::sqs::SqsClient& client_;
  std::optional<aws::sqs::QueueUrl> queue_;
  std::string source_;
  Pulse& pulse_;
};

}  // namespace ekiden::worker
