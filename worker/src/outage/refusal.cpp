#include "refusal.hpp"

#include <ekiden/aws/dynamodb/request_size.hpp>

#include <algorithm>
#include <array>

namespace ekiden::worker {

namespace {

// Parts of the codes. SQS and its emulators add prefixes, such as "AWS.SimpleQueueService.".
constexpr std::array kOneMessagesFault{
    std::string_view("ValidationException"),
    std::string_view("SerializationException"),
    std::string_view("ItemCollectionSizeLimitExceeded"),
    std::string_view("ConditionalCheckFailed"),
    std::string_view("TransactionCanceled"),
    std::string_view("DuplicateItem"),
    std::string_view("InvalidMessageContents"),
    std::string_view("InvalidParameterValue"),
    std::string_view("InvalidAttributeValue"),
    std::string_view("InvalidAttributeName"),
    std::string_view("MissingParameter"),
    std::string_view("MessageTooLong"),
    std::string_view("BatchRequestTooLong"),
    std::string_view("ReceiptHandleIsInvalid"),
    std::string_view("MessageNotInflight"),
};

}  // namespace

bool may_be_one_messages_fault(std::string_view code) {
  return std::ranges::any_of(kOneMessagesFault,
                             [code](std::string_view part) { return code.find(part) != std::string_view::npos; });
}

bool meets_every_message(const aws::Error::Facts& facts) {
  return !facts.retryable && !aws::dynamodb::is_too_large(facts) && facts.code != aws::codes::kCorrupted &&
         facts.code != aws::codes::kStoredDifferently && !may_be_one_messages_fault(facts.code);
}

}  // namespace ekiden::worker
