/// Types of the requests and answers of SQS.
#pragma once

#include <ekiden/aws/names.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::aws::sqs {

/// Maximum entries of one batch call, and messages of one receive. Source: SQS API Reference, "SendMessageBatch".
inline constexpr std::size_t kBatchMax = 10;
/// Maximum bytes of a message with its attributes, and of a whole SendMessageBatch.
/// Source: SQS Developer Guide, "Message quotas".
inline constexpr std::size_t kMessageBytesMax = 1'048'576;
inline constexpr std::chrono::seconds kWaitMax{20};
inline constexpr std::chrono::seconds kVisibilityMax{43'200};
inline constexpr std::chrono::seconds kDelayMax{900};

/// Queue attributes by SQS's names, for example {"VisibilityTimeout", "30"}. Ordered, so that equal requests have equal
/// bytes.
using Attributes = std::map<std::string, std::string, std::less<>>;

/// The attribute of that name as a number; empty if it is missing or not a whole number.
inline std::optional<std::int64_t> number_of(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::nullopt : base::parse<std::int64_t>(found->second);
}

/// One message attribute.
struct MessageAttribute {
  std::string data_type = "String";  ///< "String", "Number" or "Binary", optionally with a ".custom" label.
  std::string value;                 ///< For Binary: the raw bytes.
  bool operator==(const MessageAttribute&) const = default;
};
using MessageAttributes = std::map<std::string, MessageAttribute, std::less<>>;

/// A received message.
struct Message {
  MessageId id;
  ReceiptHandle receipt_handle;
  std::string body;
  MessageAttributes attributes;
  unsigned receive_count = 1;   ///< Including this receive; approximate on standard queues.
  runtime::WallTime sent_at{};  ///< Zero: the answer has no SentTimestamp.
  std::string group_id;         ///< Empty if the sender set no group.
  std::string trace_header;     ///< AWSTraceHeader, of AWS X-Ray; usually empty.
  std::uint64_t digest = 0;     ///< Of the body: two messages with one id and different digests are not the same.
  /// Do not use body and attributes: SQS's MD5 proves that they were damaged, or they cannot be read.
  bool corrupt = false;
};

/// A message to send.
struct OutgoingMessage {
  std::string body;
  MessageAttributes attributes{};
  std::chrono::seconds delay{0};   ///< 0 to kDelayMax; 0: the queue's default. FIFO queues do not allow it.
  std::string group_id{};          ///< FIFO queues: required. Standard queues: the tenant, for fair queues.
  std::string trace_header{};      ///< AWSTraceHeader, of AWS X-Ray; empty: none.
  std::string deduplication_id{};  ///< FIFO queues: required unless the queue deduplicates by content.
};

struct ReceiveOptions {
  std::size_t messages_max = kBatchMax;              ///< 1 to kBatchMax
  std::chrono::seconds wait{0};                      ///< 0: answer at once; else wait for a message, up to kWaitMax.
  std::optional<std::chrono::seconds> visibility{};  ///< Empty: the queue's default.
  bool with_attributes = true;                       ///< Also receive the message attributes.
  std::shared_ptr<http::BodyGate> gate{};            ///< For the answer, which can have kBatchMax whole messages.
};

/// Why one entry of a batch failed although the call succeeded.
struct EntryError {
  /// An SQS code; NoAnswerForEntry if the reply does not mention the entry; InvalidResponse if it mentions the entry
  /// more than once.
  std::string code;
  std::string message;
  bool sender_fault = false;  ///< The same entry will fail again.
};

/// One result for each entry, in the order of the request: empty if it succeeded, else the error.
using EntryResults = std::vector<std::optional<EntryError>>;

/// The result of one message of a send, in the order of the request.
struct SendResult {
  MessageId id;                     ///< Empty if the entry failed.
  std::optional<EntryError> error;  ///< kStoredDifferently: SQS stored it, perhaps damaged; do not send it again.
};

struct VisibilityChange {
  ReceiptHandle receipt_handle;
  std::chrono::seconds visibility{0};  ///< From now on, up to kVisibilityMax; 0: visible at once.
};

}  // namespace ekiden::aws::sqs
