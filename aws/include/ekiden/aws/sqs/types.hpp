/// What goes into and comes out of calls to SQS.
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

/// Entries of one batch call, and messages of one receive. Source: SQS API Reference, "SendMessageBatch".
inline constexpr std::size_t kBatchMax = 10;
/// A message with its attributes, and a whole SendMessageBatch. Source: SQS Developer Guide, "Message quotas".
inline constexpr std::size_t kMessageBytesMax = 1'048'576;
inline constexpr std::chrono::seconds kWaitMax{20};
inline constexpr std::chrono::seconds kVisibilityMax{43'200};
inline constexpr std::chrono::seconds kDelayMax{900};

/// Queue attributes under SQS's names, e.g. {"VisibilityTimeout", "30"}; ordered, so that requests are repeatable.
using Attributes = std::map<std::string, std::string, std::less<>>;

/// The attribute of that name as a number; nothing if there is none, or it is no whole number.
inline std::optional<std::int64_t> number_of(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::nullopt : base::parse<std::int64_t>(found->second);
}

/// One message attribute, which travels beside the body.
struct MessageAttribute {
  std::string data_type = "String";  ///< "String", "Number" or "Binary", perhaps with a ".custom" label.
  std::string value;                 ///< Raw bytes where the type is Binary.
  bool operator==(const MessageAttribute&) const = default;
};
using MessageAttributes = std::map<std::string, MessageAttribute, std::less<>>;

/// A received message.
struct Message {
  MessageId id;
  ReceiptHandle receipt_handle;
  std::string body;
  MessageAttributes attributes;
  unsigned receive_count = 1;  ///< This receive included; approximate on standard queues.
  runtime::WallTime sent_at{};
  std::string group_id;  ///< Empty where the sender named no group.
  bool corrupt = false;  ///< Body or attributes are not those that were sent, by SQS's MD5s: do not use it.
};

/// A message to send.
struct OutgoingMessage {
  std::string body;
  MessageAttributes attributes{};
  std::chrono::seconds delay{0};   ///< 0 to kDelayMax; 0: the queue's own. FIFO queues take none per message.
  std::string group_id{};          ///< FIFO: required. Standard: the tenant, for fair queues.
  std::string deduplication_id{};  ///< FIFO, unless the queue deduplicates by content.
};

struct ReceiveOptions {
  std::size_t messages_max = kBatchMax;              ///< 1 to kBatchMax
  std::chrono::seconds wait{0};                      ///< 0: answer at once; up to kWaitMax: until a message is there.
  std::optional<std::chrono::seconds> visibility{};  ///< Else the queue's own.
  bool with_attributes = true;                       ///< Message attributes, too.
  std::shared_ptr<http::BodyGate> gate{};            ///< For the answer, which may have kBatchMax whole messages.
};

/// Why SQS refused one entry of a batch whose call succeeded.
struct EntryError {
  std::string code;  ///< An SQS code, or NoAnswerForEntry if the reply does not mention the entry.
  std::string message;
  bool sender_fault = false;  ///< It will be refused again.
};

/// For each entry of the request, in its order: nothing if it was done, else why not.
using EntryResults = std::vector<std::optional<EntryError>>;

/// For each message of a send, in its order.
struct SendResult {
  MessageId id;                     ///< Empty if it was refused.
  std::optional<EntryError> error;  ///< kCorrupted where SQS stored it with another body: send it again.
};

struct VisibilityChange {
  ReceiptHandle receipt_handle;
  std::chrono::seconds visibility{0};  ///< From now on, up to kVisibilityMax; 0: hand it back.
};

}  // namespace ekiden::aws::sqs
