#include <ekiden/aws/base64.hpp>
#include <ekiden/aws/error.hpp>

#include <charconv>

#include "sqs/codec.hpp"

namespace ekiden::sqs::codec {
namespace {

using aws::JsonReader;

template <typename Number>
Number number_of(std::string_view text, Number fallback) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

runtime::WallTime time_of(std::string_view milliseconds) {
  constexpr std::int64_t kMax = 7'258'118'400'000;  // The year 2200: WallTime's nanoseconds end in 2262.
  const std::int64_t count = number_of<std::int64_t>(milliseconds, 0);
  return runtime::WallTime(std::chrono::milliseconds(count >= 0 && count <= kMax ? count : 0));
}

void read_system_attributes(Message& message, JsonReader attributes) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const JsonReader::Member member = attributes.member(i);
    const std::string_view value = member.value.string().value_or("");
    if (member.name == "ApproximateReceiveCount") {
      message.receive_count = number_of<unsigned>(value, 1);
    } else if (member.name == "SentTimestamp") {
      message.sent_at = time_of(value);
    } else if (member.name == "MessageGroupId") {
      message.group_id = value;
    }
  }
}

void read_message_attributes(Message& message, JsonReader attributes) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const JsonReader::Member member = attributes.member(i);
    MessageAttribute attribute;
    attribute.data_type = member.value.text("DataType");
    attribute.value = attribute.data_type.starts_with("Binary")
                          ? aws::from_base64(member.value.text("BinaryValue")).value_or("")
                          : std::string(member.value.text("StringValue"));
    message.attributes.emplace(member.name, std::move(attribute));
  }
}

Message read_message(JsonReader json) {
  Message message;
  // One pass over the members: a search for each would compare every name many times.
  for (std::size_t i = 0; i < json.size(); ++i) {
    const JsonReader::Member member = json.member(i);
    if (member.name == "Attributes" && member.value.kind() == aws::JsonKind::kObject) {
      read_system_attributes(message, member.value);
    } else if (member.name == "MessageAttributes" && member.value.kind() == aws::JsonKind::kObject) {
      read_message_attributes(message, member.value);
    } else if (const std::optional<std::string_view> text = member.value.string()) {
      if (member.name == "Body") {
        message.body = *text;
      } else if (member.name == "ReceiptHandle") {
        message.receipt_handle = ReceiptHandle(std::string(*text));
      } else if (member.name == "MessageId") {
        message.id = MessageId(std::string(*text));
      }
    }
  }
  return message;
}

// Elements of a list that may be absent or null.
std::size_t list_size(const std::optional<JsonReader>& list) {
  return list && list->kind() == aws::JsonKind::kArray ? list->size() : 0;
}

EntryError unanswered() { return {std::string(aws::codes::kNoEntry), "the reply does not mention this entry", false}; }

EntryError read_error(JsonReader entry) {
  EntryError error;
  error.code = entry.text("Code");
  error.message = entry.text("Message");
  const std::optional<JsonReader> fault = entry.find("SenderFault");
  error.sender_fault = fault && fault->boolean().value_or(false);
  return error;
}

// Calls `take(position, entry)` for each entry of the named list whose id is one of ours.
template <typename Take>
void each_entry(JsonReader answer, std::string_view list_name, std::size_t entries, Take take) {
  const std::optional<JsonReader> list = answer.find(list_name);
  for (std::size_t i = 0; i < list_size(list); ++i) {
    const JsonReader entry = list->element(i);
    const std::size_t position = number_of<std::size_t>(entry.text("Id"), entries);
    if (position < entries) {
      take(position, entry);
    }
  }
}

}  // namespace

std::vector<QueueUrl> read_queue_urls(JsonReader answer) {
  std::vector<QueueUrl> queues;
  const std::optional<JsonReader> list = answer.find("QueueUrls");
  for (std::size_t i = 0; i < list_size(list); ++i) {
    queues.emplace_back(std::string(list->element(i).string().value_or("")));
  }
  return queues;
}

Attributes read_attributes(JsonReader answer) {
  Attributes attributes;
  const std::optional<JsonReader> object = answer.find("Attributes");
  if (object && object->kind() == aws::JsonKind::kObject) {
    for (std::size_t i = 0; i < object->size(); ++i) {
      const JsonReader::Member member = object->member(i);
      attributes.emplace(member.name, member.value.string().value_or(""));
    }
  }
  return attributes;
}

std::vector<Message> read_messages(JsonReader answer) {
  std::vector<Message> messages;
  const std::optional<JsonReader> list = answer.find("Messages");
  const std::size_t count = list_size(list);
  messages.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    messages.push_back(read_message(list->element(i)));
  }
  return messages;
}

std::vector<SendResult> read_send_results(JsonReader answer, std::size_t entries) {
  std::vector<SendResult> results(entries, SendResult{MessageId(), unanswered()});
  each_entry(answer, "Successful", entries, [&results](std::size_t i, JsonReader entry) {
    results[i] = SendResult{MessageId(std::string(entry.text("MessageId"))), std::nullopt};
  });
  each_entry(answer, "Failed", entries,
             [&results](std::size_t i, JsonReader entry) { results[i] = SendResult{MessageId(), read_error(entry)}; });
  return results;
}

EntryResults read_entry_results(JsonReader answer, std::size_t entries) {
  EntryResults results(entries);
  std::vector<bool> mentioned(entries);
  each_entry(answer, "Successful", entries, [&](std::size_t i, JsonReader) { mentioned[i] = true; });
  each_entry(answer, "Failed", entries, [&](std::size_t i, JsonReader entry) {
    mentioned[i] = true;
    results[i] = read_error(entry);
  });
  for (std::size_t i = 0; i < entries; ++i) {
    if (!mentioned[i]) {
      results[i] = unanswered();
    }
  }
  return results;
}

}  // namespace ekiden::sqs::codec
