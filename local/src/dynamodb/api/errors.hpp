/// DynamoDbRefusal: the error answer of a DynamoDB operation.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::local::dynamodb {

/// AWS's answer to a request that it rejects. The operations throw it before they write anything, and execute() turns
/// it into the response: it never leaves this folder.
struct DynamoDbRefusal {
  std::string type;     ///< The whole `__type`, prefix included.
  std::string message;  ///< In AWS's words; empty: the answer has no message member.
};

[[noreturn]] void refuse_validation(std::string message);
/// The body is not JSON (then the message is empty), or has not the form that the operation requires.
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

/// The JSON body of an error. The member is named `Message` if AWS names it so.
std::string error_body(const DynamoDbRefusal& refusal);

}  // namespace ekiden::local::dynamodb
