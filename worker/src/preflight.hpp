/// Preflight: what must be there before the first receive.
#pragma once

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
  sqs::QueueUrl queue;
  std::string queue_name;
  std::optional<sqs::QueueUrl> dead_letter_queue;
  std::chrono::seconds visibility_timeout;
  std::vector<std::string> key_attributes;
};

/// The worker cannot start; what() is one line that says why and what to do. Status 2.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asks SQS and DynamoDB about what the settings name. A failure is tried three times, 1 s apart.
/// Throws StartError.
Task<Preflight> preflight(runtime::Env env, sqs::Client& sqs, dynamodb::Client& dynamodb, const Settings& settings);

}  // namespace ekiden::worker
