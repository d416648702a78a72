#include "errors.hpp"

#include <ekiden/base/json/writer.hpp>

#include <utility>

namespace ekiden::local::dynamodb {
namespace {

constexpr std::string_view kValidation = "com.amazon.coral.validate#ValidationException";
constexpr std::string_view kSerialization = "com.amazon.coral.service#SerializationException";
constexpr std::string_view kUnknownOperation = "com.amazon.coral.service#UnknownOperationException";
constexpr std::string_view kNotFound = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
constexpr std::string_view kInUse = "com.amazonaws.dynamodb.v20120810#ResourceInUseException";

}  // namespace

void refuse_validation(std::string message) { throw DynamoDbRefusal{std::string(kValidation), std::move(message)}; }
void refuse_serialization(std::string message) {
  throw DynamoDbRefusal{std::string(kSerialization), std::move(message)};
}
void refuse_not_found(std::string message) { throw DynamoDbRefusal{std::string(kNotFound), std::move(message)}; }
void refuse_in_use(std::string message) { throw DynamoDbRefusal{std::string(kInUse), std::move(message)}; }
void refuse_unknown_operation() { throw DynamoDbRefusal{std::string(kUnknownOperation), {}}; }

void refuse_throughput() {
  throw DynamoDbRefusal{
      std::string(kThroughputExceeded),
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
      "provisioning level with the UpdateTable API."};
}

std::string error_body(const DynamoDbRefusal& refusal) {
  base::JsonWriter body;
  body.begin_object().field("__type", refusal.type);
  if (!refusal.message.empty()) {
    body.field(refusal.type == kSerialization ? "Message" : "message", refusal.message);
  }
  return body.end_object().take();
}

}  // namespace ekiden::local::dynamodb
