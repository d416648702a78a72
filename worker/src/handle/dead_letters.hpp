/// DeadLetters: where messages go that no retry can help.
#pragma once

#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/message.hpp>

#include <optional>
#include <string>

#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Sends a message to the dead-letter queue, whole, and with it why it was rejected, where SQS's limits (10 attributes,
/// 1 MiB) leave room for that.
class DeadLetters {
 public:
  /// Without a queue (--no-dead-letter-queue) a rejected message is left to its redrive policy.
  DeadLetters(runtime::Env env, aws::sqs::SqsClient& client, std::optional<aws::sqs::QueueUrl> queue,
              std::string source, Pulse& pulse)
      : env_(env), client_(client), queue_(std::move(queue)), source_(std::move(source)), pulse_(pulse) {}

  bool has_queue() const { return queue_.has_value(); }

  /// Returns when the copy is stored; outages are waited out. Throws aws::Error if SQS refuses it for good.
  Task<> send(const Message& message, const std::string& reason);

 private:
  runtime::Env env_;
  aws::sqs::SqsClient& client_;
  std::optional<aws::sqs::QueueUrl> queue_;
  std::string source_;
  Pulse& pulse_;
};

}  // namespace ekiden::worker
