/// SQS errors: of a whole call, and of one entry of a batch.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::local::sqs {

enum class ErrorCode {
  kQueueDoesNotExist,
  kQueueNameExists,
  kQueueDeletedRecently,
  kPurgeQueueInProgress,
  kTooManyEntriesInBatchRequest,
  kEmptyBatchRequest,
  kBatchEntryIdsNotDistinct,
  kInvalidBatchEntryId,
  kBatchRequestTooLong,
  kUnsupportedOperation,
  kInvalidParameterValue,
  kMissingParameter,
  kInvalidAttributeName,
  kInvalidAttributeValue,
  kInvalidMessageContents,
  kReceiptHandleIsInvalid,
  kMessageNotInflight,
  kOverLimit,
  kRequestThrottled,
  kInternalFailure,
  kInvalidAction,
  kUnknownOperation,
  kSerialization,
};

/// One error on the wire. Source: SQS API Reference, and the service model of AWS's SDKs.
struct ErrorSpec {
  std::string_view type;        ///< JSON: `__type`, including the namespace.
  std::string_view query_code;  ///< In the Query protocol, in batch entries, and in the header x-amzn-query-error.
  int status = 400;
  bool sender = true;  ///< The client's fault; false: the service's.
};

const ErrorSpec& spec_of(ErrorCode code);

/// Thrown by the operations before they change anything; becomes the answer.
class SqsRefusal : public std::runtime_error {
 public:
  SqsRefusal(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

SqsRefusal queue_does_not_exist();
/// "Value V for parameter P is invalid. Reason: R"
SqsRefusal invalid_value(std::string_view value, std::string_view parameter, std::string_view reason);
SqsRefusal missing_parameter(std::string_view parameter);

}  // namespace ekiden::local::sqs
