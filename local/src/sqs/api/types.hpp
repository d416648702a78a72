/// The operations of SQS as values. Both protocols decode requests into them and encode results from them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "errors.hpp"
#include "message_attributes.hpp"

namespace ekiden::local::sqs {

/// The only account.
inline constexpr std::string_view kAccount = "000000000000";

// --- Requests. Texts are views into the decoded request, which outlives the call.

using Attributes = std::map<std::string, std::string, std::less<>>;

struct CreateQueue {
  std::string_view name;
  Attributes attributes;
  Attributes tags;
};
struct GetQueueUrl {
  std::string_view name;
};
struct ListQueues {
  std::string_view prefix;
  std::optional<std::int64_t> max_results;
  std::string_view next_token;
};
struct DeleteQueue {
  std::string_view queue;
};
struct PurgeQueue {
  std::string_view queue;
};
struct GetQueueAttributes {
  std::string_view queue;
  std::vector<std::string_view> names;
};
struct SetQueueAttributes {
  std::string_view queue;
  Attributes attributes;
};

struct SendEntry {
  std::string_view id;  ///< Only in a batch.
  std::optional<std::string_view> body;
  std::optional<std::int64_t> delay_s;
  std::vector<MessageAttribute> attributes;
  std::vector<MessageAttribute> system_attributes;
  std::string_view group;
  bool deduplication = false;  ///< The entry has a MessageDeduplicationId, which only FIFO queues accept.
};
struct SendMessage {
  std::string_view queue;
  bool batch = false;
  std::vector<SendEntry> entries;
};

struct ReceiveMessage {
  std::string_view queue;
  std::optional<std::int64_t> max_messages;
  std::optional<std::int64_t> visibility_s;
  std::optional<std::int64_t> wait_s;
  std::vector<std::string_view> system_names;
  std::vector<std::string_view> attribute_names;
};

/// An entry of DeleteMessage or ChangeMessageVisibility.
struct HandleEntry {
  std::string_view id;
  std::optional<std::string_view> handle;
  std::optional<std::int64_t> visibility_s;
};
struct DeleteMessage {
  std::string_view queue;
  bool batch = false;
  std::vector<HandleEntry> entries;
};
struct ChangeVisibility {
  std::string_view queue;
  bool batch = false;
  std::vector<HandleEntry> entries;
};

using Request = std::variant<CreateQueue, GetQueueUrl, ListQueues, DeleteQueue, PurgeQueue, GetQueueAttributes,
                             SetQueueAttributes, SendMessage, ReceiveMessage, DeleteMessage, ChangeVisibility>;

// --- Results.

struct Nothing {};
struct QueueUrlResult {
  std::string url;
};
struct ListResult {
  std::vector<std::string> urls;
  std::string next_token;
};
struct AttributesResult {
  std::vector<std::pair<std::string, std::string>> attributes;
};

struct Sent {
  std::string_view id;
  std::string message_id;
  std::string body_md5;  ///< Raw digests; empty if there are none.
  std::string attributes_md5;
  std::string system_md5;
};
struct Failure {
  std::string_view id;
  ErrorCode code;
  std::string message;
};
struct SendResult {
  bool batch = false;
  std::vector<Sent> sent;
  std::vector<Failure> failed;
};

struct Received {
  std::string message_id;
  std::string handle;
  std::string body_md5;
  std::string body;
  std::string attributes;  ///< The selected ones, encoded.
  std::string attributes_md5;
  std::vector<std::pair<std::string_view, std::string>> system;
};
struct ReceiveResult {
  std::vector<Received> messages;
};

struct EntriesResult {
  bool batch = false;
  std::vector<std::string_view> done;
  std::vector<Failure> failed;
};

using Result =
    std::variant<Nothing, QueueUrlResult, ListResult, AttributesResult, SendResult, ReceiveResult, EntriesResult>;

}  // namespace ekiden::local::sqs
