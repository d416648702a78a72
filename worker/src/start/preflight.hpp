/// Preflight: checks what must exist before the first receive.
#pragma once

#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/settings.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::worker {

/// What the preflight found out about the queue and the table.
struct Preflight {
  aws::sqs::QueueUrl queue;
  std::string queue_name;
  std::string queue_arn{};  ///< Empty if SQS does not return it.
  std::optional<aws::sqs::QueueUrl> dead_letter_queue;
  std::chrono::seconds visibility_timeout;
  std::vector<std::string> key_attributes;
  std::uint64_t message_max = aws::sqs::kMessageBytesMax;  ///< The queue's MaximumMessageSize, in bytes.
};

/// The clients to ask with, and the target for messages.
struct Services {
  aws::sqs::SqsClient& sqs;
  aws::dynamodb::DynamoDbClient& dynamodb;
  const aws::Target& target;
  /// While the start waits for a table that is being created: why it waits. Otherwise empty.
  std::string& waiting_for;
};

/// The worker cannot start. what() is one line: what failed, why, and what to do. The exit status is 2.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws StartError if the settings name a FIFO queue. Calls no service.
void require_standard_queues(const Settings& settings);

/// Asks SQS and DynamoDB about everything that the settings name. Failures are retried every second: temporary ones,
/// such as a failed connection or a server error, for 30 s with a kWaiting event for each new cause; permanent ones,
/// such as a missing queue or rejected credentials, three times. A table that is being created is waited for without
/// limit, with one kWaiting event. If the credentials are not allowed to describe the table, its key is
/// Settings::table_key, if set. Throws StartError.
Task<Preflight> preflight(runtime::Env env, Services services, const Settings& settings);

/// Throws StartError if two handlers of the process have the same queue, also if one names it by its URL or its ARN.
void require_different_queues(const std::vector<Preflight>& found);

}  // namespace ekiden::worker
