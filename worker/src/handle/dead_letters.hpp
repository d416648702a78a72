/// DeadLetters: copies rejected messages to the dead-letter queue.
#pragma once

#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/message.hpp>

#include <optional>
#include <string>

#include "outage/breaker.hpp"
#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Sends the whole message, so that it can be sent back unchanged. Adds attributes with the reason, the message id and
/// the source queue. SQS's limits (10 attributes, 1 MiB) can leave no room for one of these: the log has them all.
class DeadLetters {
 public:
  struct Seams {
    runtime::Env env;
    aws::sqs::SqsClient& client;
    std::optional<aws::sqs::QueueUrl> queue;  ///< Empty with --no-dead-letter-queue: rejected messages are retried.
    std::string source;                       ///< The name of the queue that is drained.
    Breaker& breaker;
    Pulse& pulse;
  };
  explicit DeadLetters(Seams seams) : seams_(std::move(seams)) {}

  bool has_queue() const { return seams_.queue.has_value(); }

  struct Result {
    bool stored = false;     ///< SQS has confirmed the copy.
    bool expired = false;    ///< `until` passed before SQS confirmed it.
    std::string obstacle{};  ///< Why it was not stored: one line.
  };
  /// Returns once SQS has confirmed the copy, or has refused it for a reason that lies in the message. Temporary errors
  /// are retried until `until`. While the dead-letter queue refuses every message, the message waits at the breaker.
  /// Requires has_queue().
  Task<Result> send(const Message& message, const std::string& reason, runtime::TimePoint until);

 private:
  Task<Result> send_until_answered(const aws::sqs::OutgoingMessage& copy);

  Seams seams_;
  std::size_t waiting_ = 0;  // Messages in send().
};

}  // namespace ekiden::worker
