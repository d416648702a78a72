// What a queue's URL and attributes say.
#pragma once

#include <ekiden/aws/sqs/types.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::worker {

/// Account and name: one queue may be known under several hosts.
std::string_view path_of(const aws::sqs::QueueUrl& queue);

struct RedrivePolicy {
  aws::Arn target;
  int max_receive_count = 0;  ///< 0: not to be read.
};

/// A number among the attributes; 0 if there is none of that name.
long long number_of(const aws::sqs::Attributes& attributes, std::string_view name);

/// Nothing if there is none.
std::optional<RedrivePolicy> redrive_policy(const aws::sqs::Attributes& attributes);

}  // namespace ekiden::worker
