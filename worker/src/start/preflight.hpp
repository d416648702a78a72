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
};

/// The worker cannot start. what() is one line: what failed, why, and what to do. The exit status is 2.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asks SQS and DynamoDB about everything that the settings name. Failures are retried every second: temporary ones,
/// such as a failed connection or a server error, for 30 s with a kWaiting event for each new cause; permanent ones,
/// such as a missing queue or rejected credentials, three times. If the credentials are not allowed to describe the
/// table, its key is Settings::table_key, if set. Throws StartError.
Task<Preflight> preflight(runtime::Env env, Services services, const Settings& settings);

}  // namespace ekiden::worker
