/// DynamoDbRefusal: how a DynamoDB operation says no.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::local::dynamodb {

/// What AWS answers to a request that it will not carry out. Thrown by the operations before they write anything,
/// and turned into the response by execute(): it never leaves this folder.
struct DynamoDbRefusal {
  std::string type;     ///< The whole `__type`, prefix included.
  std::string message;  ///< In AWS's words; empty: no message member at all.
};

[[noreturn]] void refuse_validation(std::string message);
/// The body is JSON but not of the operation's shape, or not JSON at all (then the message is empty).
[[noreturn]] void refuse_serialization(std::string message);
[[noreturn]] void refuse_not_found(std::string message);
[[noreturn]] void refuse_in_use(std::string message);
[[noreturn]] void refuse_unknown_operation();
/// Every entry of a batch was left unprocessed.
[[noreturn]] void refuse_throughput();

inline constexpr std::string_view kConditionalCheckFailed =
    "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";

inline constexpr std::string_view kThroughputExceeded =
    "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
inline constexpr std::string_view kInternalServerError = "com.amazonaws.dynamodb.v20120810#InternalServerError";

/// The JSON body of an error. The message's member is `Message` where AWS writes it so.
std::string error_body(const DynamoDbRefusal& refusal);

}  // namespace ekiden::local::dynamodb
