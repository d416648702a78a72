/// Preflight: what must be there before the first receive.
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

/// What the queue and the table turned out to be.
struct Preflight {
  aws::sqs::QueueUrl queue;
  std::string queue_name;
  std::optional<aws::sqs::QueueUrl> dead_letter_queue;
  std::chrono::seconds visibility_timeout;
  std::vector<std::string> key_attributes;
  std::uint64_t message_max = aws::sqs::kMessageBytesMax;  ///< What the queue takes, in bytes.
};

/// What is asked, and how it is reached.
struct Services {
  aws::sqs::SqsClient& sqs;
  aws::dynamodb::DynamoDbClient& dynamodb;
  const aws::Target& target;
};

/// The worker cannot start; what() is one line that says why and what to do. Status 2.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asks SQS and DynamoDB about what the settings name, 1 s apart: for 30 s while they cannot be reached or stumble,
/// with a kWaiting for each cause; three times where they refuse, also the keys. A table that may not be described is
/// believed to have Settings::table_key, if given. Throws StartError.
Task<Preflight> preflight(runtime::Env env, Services services, const Settings& settings);

}  // namespace ekiden::worker
