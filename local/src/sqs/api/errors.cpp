#include "errors.hpp"

namespace ekiden::local::sqs {

const ErrorSpec& spec_of(ErrorCode code) {
  static constexpr ErrorSpec kSpecs[] = {
      {"com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"},
      {"com.amazonaws.sqs#QueueNameExists", "QueueAlreadyExists"},
      {"com.amazonaws.sqs#QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"},
      {"com.amazonaws.sqs#PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", 403},
      {"com.amazonaws.sqs#TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
      {"com.amazonaws.sqs#EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"},
      {"com.amazonaws.sqs#BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
      {"com.amazonaws.sqs#InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"},
      {"com.amazonaws.sqs#BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"},
      {"com.amazonaws.sqs#UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"},
      {"com.amazonaws.sqs#InvalidParameterValueException", "InvalidParameterValue"},
      {"com.amazonaws.sqs#MissingRequiredParameterException", "MissingParameter"},
      {"com.amazonaws.sqs#InvalidAttributeName", "InvalidAttributeName"},
      {"com.amazonaws.sqs#InvalidAttributeValue", "InvalidAttributeValue"},
      {"com.amazonaws.sqs#InvalidMessageContents", "InvalidMessageContents"},
      {"com.amazonaws.sqs#ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"},
      {"com.amazonaws.sqs#MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"},
      {"com.amazonaws.sqs#OverLimit", "OverLimit", 403},
      {"com.amazonaws.sqs#RequestThrottled", "RequestThrottled", 403},
      {"com.amazonaws.sqs#InternalFailure", "InternalFailure", 500, false},
      {"com.amazon.coral.service#UnknownOperationException", "InvalidAction"},
      {"com.amazon.coral.service#UnknownOperationException", "UnknownOperationException"},
      {"com.amazon.coral.service#SerializationException", "SerializationException"},
  };
  static_assert(std::size(kSpecs) == static_cast<std::size_t>(ErrorCode::kSerialization) + 1);
  return kSpecs[static_cast<std::size_t>(code)];
}

SqsRefusal queue_does_not_exist() { return {ErrorCode::kQueueDoesNotExist, "The specified queue does not exist."}; }

SqsRefusal invalid_value(std::string_view value, std::string_view parameter, std::string_view reason) {
  std::string text = "Value ";
  text.append(value).append(" for parameter ").append(parameter).append(" is invalid. Reason: ").append(reason);
  return {ErrorCode::kInvalidParameterValue, text};
}

SqsRefusal missing_parameter(std::string_view parameter) {
  return {ErrorCode::kMissingParameter, "The request must contain the parameter " + std::string(parameter) + "."};
}

}  // namespace ekiden::local::sqs
