#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/base64.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/parse.hpp>

#include <array>
#include <cstdint>
#include <utility>

#include "codec.hpp"

namespace ekiden::aws::sqs::codec {
namespace {

using base::JsonReader;

runtime::WallTime time_of(std::string_view milliseconds) {
  constexpr std::int64_t kMax = 7'258'118'400'000;  // The year 2200: WallTime's nanoseconds end in 2262.
  const std::int64_t count = base::parse<std::int64_t>(milliseconds).value_or(0);
  return runtime::WallTime(std::chrono::milliseconds(count >= 0 && count <= kMax ? count : 0));
}

void read_system_attributes(Message& message, JsonReader attributes) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const JsonReader::Member member = attributes.member(i);
    const std::string_view value = member.value.string().value_or("");
    if (member.name == "ApproximateReceiveCount") {
      message.receive_count = base::parse<unsigned>(value).value_or(1);
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
                          ? base::from_base64(member.value.text("BinaryValue")).value_or("")
                          : std::string(member.value.text("StringValue"));
    message.attributes.emplace(member.name, std::move(attribute));
  }
}

// True if the system has no MD5, because nothing can be compared.
bool matches(std::string_view hex, const base::DigestValue& md5) {
  return md5.bytes().empty() || base::is_hex_of(hex, md5);
}

// Source: SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
bool attributes_match(const MessageAttributes& attributes, std::string_view expected, base::Digest& md5) {
  const auto add = [&md5](std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    const std::array<char, 4> bytes{static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                                    static_cast<char>(size >> 8), static_cast<char>(size)};
    md5.add({bytes.data(), bytes.size()});
    md5.add(part);
  };
  md5.begin();
  // The map is sorted by the bytes of the names, as SQS's digest requires.
  for (const auto& [name, attribute] : attributes) {
    add(name);
    add(attribute.data_type);
    md5.add(attribute.data_type.starts_with("Binary") ? "\2" : "\1");
    add(attribute.value);
  }
  return matches(expected, md5.end());
}

Message read_message(JsonReader json, base::Digest& md5) {
  Message message;
  std::string_view body_md5;
  std::string_view attributes_md5;
  // One pass over the members, instead of a search for each.
  for (std::size_t i = 0; i < json.size(); ++i) {
    const JsonReader::Member member = json.member(i);
    if (member.name == "Attributes" && member.value.kind() == base::JsonKind::kObject) {
      read_system_attributes(message, member.value);
    } else if (member.name == "MessageAttributes" && member.value.kind() == base::JsonKind::kObject) {
      read_message_attributes(message, member.value);
    } else if (const std::optional<std::string_view> text = member.value.string()) {
      if (member.name == "Body") {
        message.body = *text;
      } else if (member.name == "ReceiptHandle") {
        message.receipt_handle = ReceiptHandle(std::string(*text));
      } else if (member.name == "MessageId") {
        message.id = MessageId(std::string(*text));
      } else if (member.name == "MD5OfBody") {
        body_md5 = *text;
      } else if (member.name == "MD5OfMessageAttributes") {
        attributes_md5 = *text;
      }
    }
  }
  message.corrupt = (!body_md5.empty() && !matches(body_md5, md5.of(message.body))) ||
                    (!attributes_md5.empty() && !message.attributes.empty() &&
                     !attributes_match(message.attributes, attributes_md5, md5));
  return message;
}

// The size of a list that can be missing or null.
std::size_t list_size(const std::optional<JsonReader>& list) {
  return list && list->kind() == base::JsonKind::kArray ? list->size() : 0;
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

// Calls `take(position, entry)` for each entry of the named list with a valid id.
template <typename Take>
void each_entry(JsonReader answer, std::string_view list_name, std::size_t entries, Take take) {
  const std::optional<JsonReader> list = answer.find(list_name);
  for (std::size_t i = 0; i < list_size(list); ++i) {
    const JsonReader entry = list->element(i);
    const std::size_t position = base::parse<std::size_t>(entry.text("Id")).value_or(entries);
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
  if (object && object->kind() == base::JsonKind::kObject) {
    for (std::size_t i = 0; i < object->size(); ++i) {
      const JsonReader::Member member = object->member(i);
      attributes.emplace(member.name, member.value.string().value_or(""));
    }
  }
  return attributes;
}

std::vector<Message> read_messages(JsonReader answer, base::Digest& md5) {
  std::vector<Message> messages;
  const std::optional<JsonReader> list = answer.find("Messages");
  const std::size_t count = list_size(list);
  messages.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    messages.push_back(read_message(list->element(i), md5));
  }
  return messages;
}

std::optional<EntryError> compare(JsonReader entry, const std::string& sent) {
  const std::string_view got = entry.text("MD5OfMessageBody");
  if (sent.empty() || got.empty() || got == sent) {
    return std::nullopt;
  }
  return EntryError{std::string(aws::codes::kCorrupted),
                    "SQS stored a different body: its MD5 is not that of the body that was sent", false};
}

std::vector<SendResult> read_send_results(JsonReader answer, std::span<const std::string> sent) {
  const std::size_t entries = sent.size();
  std::vector<SendResult> results(entries, SendResult{MessageId(), unanswered()});
  each_entry(answer, "Successful", entries, [&](std::size_t i, JsonReader entry) {
    std::optional<EntryError> error = compare(entry, sent[i]);
    MessageId id = error ? MessageId() : MessageId(std::string(entry.text("MessageId")));
    results[i] = SendResult{std::move(id), std::move(error)};
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

}  // namespace ekiden::aws::sqs::codec
