// Facts from a queue's URL and attributes.
#pragma once

#include <ekiden/aws/sqs/types.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::worker {

/// The part of the URL with account and name. One queue can have URLs with several hosts, so compare this part.
std::string_view path_of(const aws::sqs::QueueUrl& queue);

struct RedrivePolicy {
  aws::Arn target;
  int max_receive_count = 0;  ///< 0 if the policy has none that can be read.
};

/// The value of a numeric attribute; 0 if it is absent.
long long number_of(const aws::sqs::Attributes& attributes, std::string_view name);

/// True if the attributes say that the queue is a FIFO queue.
bool is_fifo(const aws::sqs::Attributes& attributes);

/// The end of a sentence about a FIFO queue that follows its name.
inline constexpr std::string_view kFifoQueueFault =
    "is a FIFO queue, and FIFO queues are not supported yet: their messages would be handled out of order";
inline constexpr std::string_view kFifoDeadLetterFault =
    "is a FIFO queue, and FIFO queues are not supported yet: SQS would reject a dead letter, because it has no message "
    "group";
inline constexpr std::string_view kFifoQueueFix = "use a standard queue";
inline constexpr std::string_view kFifoDeadLetterFix = "name a standard queue with --dead-letter-queue";

/// The redrive policy; empty if the queue has none.
std::optional<RedrivePolicy> redrive_policy(const aws::sqs::Attributes& attributes);

}  // namespace ekiden::worker
