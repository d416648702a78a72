#include <ekiden/base/base64.hpp>
#include <ekiden/base/json/writer.hpp>

#include <array>

#include "codec.hpp"

namespace ekiden::aws::sqs::codec {
namespace {

using base::JsonWriter;

// The id of an entry is its position, so reading a reply needs no search.
constexpr std::array<std::string_view, kBatchMax> kEntryIds{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

JsonWriter begin(const QueueUrl& queue, std::size_t reserve = 256) {
  JsonWriter json(reserve + queue.text().size());
  json.begin_object().field("QueueUrl", queue.text());
  return json;
}

std::string end(JsonWriter& json) {
  json.end_object();
  return json.take();
}

void write_attributes(JsonWriter& json, const Attributes& attributes) {
  json.key("Attributes").begin_object();
  for (const auto& [name, value] : attributes) {
    json.field(name, value);
  }
  json.end_object();
}

void write_message(JsonWriter& json, const OutgoingMessage& message) {
  json.field("MessageBody", message.body);
  if (!message.attributes.empty()) {
    json.key("MessageAttributes").begin_object();
    for (const auto& [name, attribute] : message.attributes) {
      json.key(name).begin_object().field("DataType", attribute.data_type);
      if (attribute.data_type.starts_with("Binary")) {
        json.field("BinaryValue", base::to_base64(attribute.value));
      } else {
        json.field("StringValue", attribute.value);
      }
      json.end_object();
    }
    json.end_object();
  }
  if (message.delay != std::chrono::seconds::zero()) {
    json.field("DelaySeconds", std::int64_t{message.delay.count()});
  }
  if (!message.group_id.empty()) {
    json.field("MessageGroupId", message.group_id);
  }
  if (!message.trace_header.empty()) {
    json.key("MessageSystemAttributes").begin_object().key("AWSTraceHeader").begin_object();
    json.field("DataType", "String").field("StringValue", message.trace_header).end_object().end_object();
  }
  if (!message.deduplication_id.empty()) {
    json.field("MessageDeduplicationId", message.deduplication_id);
  }
}

void write_change(JsonWriter& json, const VisibilityChange& change) {
  json.field("ReceiptHandle", change.receipt_handle.text());
  json.field("VisibilityTimeout", std::int64_t{change.visibility.count()});
}

}  // namespace

std::string create_queue(const std::string& name, const Attributes& attributes) {
  JsonWriter json;
  json.begin_object().field("QueueName", name);
  if (!attributes.empty()) {
    write_attributes(json, attributes);
  }
  return end(json);
}

std::string get_queue_url(const std::string& name, std::string_view owner) {
  JsonWriter json;
  json.begin_object().field("QueueName", name);
  if (!owner.empty()) {
    json.field("QueueOwnerAWSAccountId", owner);
  }
  return end(json);
}

std::string list_queues(const std::string& prefix) {
  JsonWriter json;
  json.begin_object();
  if (!prefix.empty()) {
    json.field("QueueNamePrefix", prefix);
  }
  return end(json);
}

std::string queue_only(const QueueUrl& queue) {
  JsonWriter json = begin(queue);
  return end(json);
}

std::string get_queue_attributes(const QueueUrl& queue, std::span<const std::string> names) {
  JsonWriter json = begin(queue);
  json.key("AttributeNames").begin_array();
  for (const std::string& name : names) {
    json.string(name);
  }
  if (names.empty()) {
    json.string("All");
  }
  json.end_array();
  return end(json);
}

std::string set_queue_attributes(const QueueUrl& queue, const Attributes& attributes) {
  JsonWriter json = begin(queue);
  write_attributes(json, attributes);
  return end(json);
}

std::string send(const QueueUrl& queue, const OutgoingMessage& message) {
  JsonWriter json = begin(queue, message.body.size() + 256);
  write_message(json, message);
  return end(json);
}

std::string send_batch(const QueueUrl& queue, std::span<const OutgoingMessage> messages) {
  std::size_t bytes = 0;
  for (const OutgoingMessage& message : messages) {
    bytes += message.body.size() + message.body.size() / 8 + 64;  // Escaped quotes make a body of JSON longer.
  }
  JsonWriter json = begin(queue, bytes);
  json.key("Entries").begin_array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    json.begin_object().field("Id", kEntryIds[i]);
    write_message(json, messages[i]);
    json.end_object();
  }
  json.end_array();
  return end(json);
}

std::string receive(const QueueUrl& queue, const ReceiveOptions& what) {
  JsonWriter json = begin(queue, 320);
  json.field("MaxNumberOfMessages", static_cast<std::int64_t>(what.messages_max));
  json.field("WaitTimeSeconds", std::int64_t{what.wait.count()});
  if (what.visibility) {
    json.field("VisibilityTimeout", std::int64_t{what.visibility->count()});
  }
  // Only those that a Message has, because each costs bytes in every answer.
  json.key("MessageSystemAttributeNames").begin_array();
  json.string("ApproximateReceiveCount").string("SentTimestamp").string("MessageGroupId");
  json.string("AWSTraceHeader").end_array();
  if (what.with_attributes) {
    json.key("MessageAttributeNames").begin_array().string("All").end_array();
  }
  return end(json);
}

std::string delete_message(const QueueUrl& queue, const ReceiptHandle& handle) {
  JsonWriter json = begin(queue, 512);
  json.field("ReceiptHandle", handle.text());
  return end(json);
}

std::string delete_batch(const QueueUrl& queue, std::span<const ReceiptHandle> handles) {
  JsonWriter json = begin(queue, handles.size() * 480);
  json.key("Entries").begin_array();
  for (std::size_t i = 0; i < handles.size(); ++i) {
    json.begin_object().field("Id", kEntryIds[i]).field("ReceiptHandle", handles[i].text()).end_object();
  }
  json.end_array();
  return end(json);
}

std::string change_visibility(const QueueUrl& queue, const VisibilityChange& change) {
  JsonWriter json = begin(queue, 512);
  write_change(json, change);
  return end(json);
}

std::string change_visibility_batch(const QueueUrl& queue, std::span<const VisibilityChange> changes) {
  JsonWriter json = begin(queue, changes.size() * 512);
  json.key("Entries").begin_array();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    json.begin_object().field("Id", kEntryIds[i]);
    write_change(json, changes[i]);
    json.end_object();
  }
  json.end_array();
  return end(json);
}

}  // namespace ekiden::aws::sqs::codec
