// Reads the answer to a receive.
#include <ekiden/base/base64.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/parse.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "answer/members.hpp"
#include "codec.hpp"

namespace ekiden::aws::sqs::codec {
namespace {

using base::JsonKind;
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
    } else if (member.name == "AWSTraceHeader") {
      message.trace_header = value;
    }
  }
}

// Nothing if the value cannot be read.
std::optional<MessageAttribute> read_attribute(JsonReader json) {
  MessageAttribute attribute;
  attribute.data_type = json.text("DataType");
  const bool is_binary = attribute.data_type.starts_with("Binary");
  const std::optional<JsonReader> value = json.find(is_binary ? "BinaryValue" : "StringValue");
  const std::optional<std::string_view> text = value ? value->string() : std::nullopt;
  if (!text || attribute.data_type.empty()) {
    return std::nullopt;
  }
  if (!is_binary) {
    attribute.value = *text;
    return attribute;
  }
  std::optional<std::string> bytes = base::from_base64(*text);
  if (!bytes) {
    return std::nullopt;
  }
  attribute.value = std::move(*bytes);
  return attribute;
}

// Returns false if an attribute cannot be read: the handler would run with less than was sent.
bool read_message_attributes(Message& message, JsonReader attributes) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const JsonReader::Member member = attributes.member(i);
    std::optional<MessageAttribute> attribute = read_attribute(member.value);
    if (!attribute) {
      return false;
    }
    message.attributes.emplace(member.name, std::move(*attribute));
  }
  return attributes.kind() == JsonKind::kObject || attributes.is_null();
}

// True if the answer has no such checksum, or if the system has no MD5, because nothing can be compared.
bool matches(const std::optional<JsonReader>& expected, const base::DigestValue& md5) {
  return !expected || md5.bytes().empty() || base::is_hex_of(expected->string().value_or(""), md5);
}

// The start of the MD5, which is calculated anyway. On a system without MD5 another hash: both only tell bodies apart.
std::uint64_t digest_of_body(std::string_view body, const base::DigestValue& md5) {
  std::uint64_t digest = 0;
  if (md5.bytes().size() < sizeof digest) {
    return std::hash<std::string_view>{}(body);
  }
  std::memcpy(&digest, md5.bytes().data(), sizeof digest);
  return digest;
}

Message read_message(JsonReader json, base::Digest& md5, bool with_attributes) {
  Message message;
  bool readable = true;
  bool has_body = false;
  std::optional<JsonReader> body_md5;
  std::optional<JsonReader> attributes_md5;
  // One pass over the members, instead of a search for each.
  for (std::size_t i = 0; i < json.size(); ++i) {
    const JsonReader::Member member = json.member(i);
    const std::optional<std::string_view> text = member.value.string();
    if (member.name == "Attributes" && member.value.kind() == JsonKind::kObject) {
      read_system_attributes(message, member.value);
    } else if (member.name == "MessageAttributes") {
      readable = read_message_attributes(message, member.value);
    } else if (member.name == "MD5OfBody") {
      body_md5 = member.value;
    } else if (member.name == "MD5OfMessageAttributes") {
      attributes_md5 = member.value;
    } else if (text && member.name == "Body") {
      message.body = *text;
      has_body = true;
    } else if (text && member.name == "ReceiptHandle") {
      message.receipt_handle = ReceiptHandle(std::string(*text));
    } else if (text && member.name == "MessageId") {
      message.id = MessageId(std::string(*text));
    }
  }
  const bool has_attributes = with_attributes || !message.attributes.empty();
  const base::DigestValue actual = md5.of(message.body);
  message.digest = digest_of_body(message.body, actual);
  message.corrupt = !readable || !has_body || !matches(body_md5, actual) ||
                    (attributes_md5 && has_attributes && !matches(attributes_md5, digest_of(message.attributes, md5)));
  return message;
}

// The messages whose key is equal, as positions in the order of the answer.
using Group = std::span<const std::size_t>;

// False if no two keys can be equal, which is usual: the last bytes of each differ. Costs a fraction of sorting them.
template <typename Key>
bool may_repeat(const std::vector<Message>& messages, Key key) {
  std::array<std::uint64_t, kBatchMax> ends{};
  if (messages.size() > ends.size()) {
    return true;
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string& text = key(messages[i]);
    const std::size_t size = std::min(text.size(), sizeof ends[i]);
    std::memcpy(&ends[i], text.data() + text.size() - size, size);
  }
  for (std::size_t i = 1; i < messages.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (ends[i] == ends[j]) {
        return true;
      }
    }
  }
  return false;
}

// Calls `judge(messages, group)` for each group of two or more messages with an equal key. Sorts positions, because a
// peer can send any number of messages.
template <typename Key, typename Judge>
void each_group(const std::vector<Message>& messages, Key key, Judge judge) {
  if (!may_repeat(messages, key)) {
    return;
  }
  std::vector<std::size_t> order(messages.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto text = [&](std::size_t i) -> const std::string& { return key(messages[i]); };
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const int difference = text(a).compare(text(b));
    return difference != 0 ? difference < 0 : a < b;
  });
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && text(order[end]) == text(order[begin])) {
      ++end;
    }
    if (end - begin > 1) {
      judge(Group(order).subspan(begin, end - begin));
    }
    begin = end;
  }
}

// `dropped` is empty if no message is.
void erase(std::vector<Message>& messages, const std::vector<bool>& dropped) {
  if (dropped.empty()) {
    return;
  }
  std::size_t position = 0;
  std::erase_if(messages, [&](const Message&) { return dropped[position++]; });
}

// A handle belongs to one receive of one message. Which of several messages it would delete is unknown, so none of them
// can be used, except if they are the same message.
void drop_shared_handles(Received& received) {
  std::vector<bool> dropped;
  const auto judge = [&](Group group) {
    dropped.resize(received.messages.size());
    const Message& first = received.messages[group[0]];
    const bool same = std::ranges::all_of(group, [&](std::size_t i) {
      return received.messages[i].id == first.id && received.messages[i].body == first.body;
    });
    for (const std::size_t i : same ? group.subspan(1) : group) {
      dropped[i] = true;
    }
    received.shared_handle += same ? 0 : group.size();
  };
  each_group(
      received.messages, [](const Message& message) -> const std::string& { return message.receipt_handle.text(); },
      judge);
  erase(received.messages, dropped);
}

// Messages with equal ids are handled as one. If their bodies differ, that would lose the others, so only the first is
// used. Equal bodies are receives of one message.
void drop_shared_ids(Received& received) {
  std::vector<bool> dropped;
  const auto judge = [&](Group group) {
    dropped.resize(received.messages.size());
    for (const std::size_t i : group.subspan(1)) {
      if (received.messages[i].body != received.messages[group[0]].body) {
        dropped[i] = true;
        ++received.shared_id;
      }
    }
  };
  each_group(received.messages, [](const Message& message) -> const std::string& { return message.id.text(); }, judge);
  erase(received.messages, dropped);
}

}  // namespace

Received read_messages(JsonReader reply, base::Digest& md5, bool with_attributes) {
  Received received;
  const std::optional<JsonReader> list = answer::optional_array(reply, "Messages");
  const std::size_t count = list ? list->size() : 0;
  received.messages.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    received.messages.push_back(read_message(list->element(i), md5, with_attributes));
    const Message& message = received.messages.back();
    if (message.id.text().empty() || message.receipt_handle.text().empty()) {
      received.messages.pop_back();
      ++received.without_id;
    }
  }
  if (received.messages.size() > 1) {
    drop_shared_handles(received);
    drop_shared_ids(received);
  }
  return received;
}

}  // namespace ekiden::aws::sqs::codec
