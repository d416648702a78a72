#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/utf8.hpp>

#include <array>
#include <cstdint>
#include <utility>

#include "answer/members.hpp"
#include "codec.hpp"

namespace ekiden::aws::sqs::codec {
namespace {

using base::JsonReader;

EntryError unanswered() { return {std::string(aws::codes::kNoEntry), "the reply does not mention this entry", false}; }

EntryError unclear(std::string why) { return {std::string(aws::codes::kInvalidResponse), std::move(why), false}; }

EntryError read_error(JsonReader entry) {
  EntryError error;
  error.code = base::shortened(entry.text("Code"), kServiceTextMax);
  error.message = base::shortened(entry.text("Message"), kServiceTextMax);
  const std::optional<JsonReader> fault = entry.find("SenderFault");
  error.sender_fault = fault && fault->boolean().value_or(false);
  return error;
}

// The position that encode.cpp wrote as the id; nothing for an id that the request does not have.
std::optional<std::size_t> position_of(JsonReader entry, std::size_t entries) {
  const std::string_view id = entry.text("Id");
  const std::size_t position = id.size() == 1 ? static_cast<std::size_t>(id[0] - '0') : entries;
  return position < entries ? std::optional(position) : std::nullopt;
}

// Calls `take(position, entry)` for each entry of the named list that the request has.
template <typename Take>
void each_entry(JsonReader reply, std::string_view list_name, std::size_t entries, Take take) {
  const std::optional<JsonReader> list = answer::optional_array(reply, list_name);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const JsonReader entry = answer::expect_object(list->element(i), list_name);
    if (const std::optional<std::size_t> position = position_of(entry, entries)) {
      take(*position, entry);
    }
  }
}

// Finds the one answer to each entry. Calls `done(position, entry)` for an entry that succeeded and
// `failed(position, error)` for each other one. An entry that is named more than once has not succeeded.
template <typename Done, typename Failed>
void judge(JsonReader reply, std::size_t entries, Done done, Failed failed) {
  std::array<std::optional<JsonReader>, kBatchMax> successes;
  std::array<std::optional<EntryError>, kBatchMax> errors;
  std::array<unsigned, kBatchMax> mentions{};
  each_entry(reply, "Successful", entries, [&](std::size_t i, JsonReader entry) {
    successes[i] = entry;
    ++mentions[i];
  });
  each_entry(reply, "Failed", entries, [&](std::size_t i, JsonReader entry) {
    errors[i] = read_error(entry);
    ++mentions[i];
  });
  for (std::size_t i = 0; i < entries; ++i) {
    if (mentions[i] == 0) {
      failed(i, unanswered());
    } else if (mentions[i] > 1) {
      failed(i, unclear("the reply mentions this entry more than once"));
    } else if (errors[i]) {
      failed(i, std::move(*errors[i]));
    } else {
      done(i, *successes[i]);
    }
  }
}

// The error of a message that SQS stored with other content than `sent`; nothing if the checksums are right. SQS sends
// the one of the body for every message, and so do the emulators. Some emulators do not compute the one of attributes.
std::optional<EntryError> compare(JsonReader entry, const Sent& sent, std::string_view id) {
  const std::optional<JsonReader> attributes = entry.find("MD5OfMessageAttributes");
  std::string_view part;
  if (entry.text("MD5OfMessageBody") != sent.body_md5 && !sent.body_md5.empty()) {
    part = "body";
  } else if (attributes && attributes->string() != sent.attributes_md5 && !sent.attributes_md5.empty()) {
    part = "attributes";
  } else {
    return std::nullopt;
  }
  std::string message =
      "SQS stored the message as " + std::string(id) + ", but its answer does not have the MD5 of the ";
  message += std::string(part) +
             " that was sent; compare the stored message with the original, and delete the one that is wrong";
  return EntryError{std::string(aws::codes::kStoredDifferently), std::move(message), true};
}

}  // namespace

QueueUrl read_queue_url(JsonReader reply) { return QueueUrl(std::string(answer::text(reply, "QueueUrl"))); }

std::vector<QueueUrl> read_queue_urls(JsonReader reply) {
  std::vector<QueueUrl> queues;
  const std::optional<JsonReader> list = answer::optional_array(reply, "QueueUrls");
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const std::optional<std::string_view> url = list->element(i).string();
    if (!url) {
      throw aws::FormError("an element of QueueUrls is not a string");
    }
    queues.emplace_back(std::string(*url));
  }
  return queues;
}

Attributes read_attributes(JsonReader reply) {
  Attributes attributes;
  const std::optional<JsonReader> object = answer::optional_object(reply, "Attributes");
  for (std::size_t i = 0; object && i < object->size(); ++i) {
    const JsonReader::Member member = object->member(i);
    const std::optional<std::string_view> value = member.value.string();
    if (!value) {
      throw aws::FormError("the value of a queue attribute is not a string");
    }
    attributes.emplace(member.name, *value);
  }
  return attributes;
}

Sent digest(const OutgoingMessage& message, base::Digest& md5) {
  Sent sent;
  sent.body_md5 = base::to_hex(md5.of(message.body));
  if (!message.attributes.empty()) {
    sent.attributes_md5 = base::to_hex(digest_of(message.attributes, md5));
  }
  return sent;
}

base::DigestValue digest_of(const MessageAttributes& attributes, base::Digest& md5) {
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
  return md5.end();
}

SendResult read_send_result(JsonReader entry, const Sent& sent) {
  const std::string_view id = answer::text(entry, "MessageId");
  if (std::optional<EntryError> error = compare(entry, sent, id)) {
    return SendResult{MessageId(), std::move(error)};
  }
  return SendResult{MessageId(std::string(id)), std::nullopt};
}

std::vector<SendResult> read_send_results(JsonReader reply, std::span<const Sent> sent) {
  std::vector<SendResult> results(sent.size());
  const auto failed = [&results](std::size_t i, EntryError error) { results[i].error = std::move(error); };
  const auto done = [&](std::size_t i, JsonReader entry) {
    try {
      results[i] = read_send_result(entry, sent[i]);
    } catch (const aws::FormError& error) {
      failed(i, unclear(error.what()));
    }
  };
  judge(reply, sent.size(), done, failed);
  return results;
}

EntryResults read_entry_results(JsonReader reply, std::size_t entries) {
  EntryResults results(entries);
  judge(
      reply, entries, [](std::size_t, JsonReader) {},
      [&results](std::size_t i, EntryError error) { results[i] = std::move(error); });
  return results;
}

}  // namespace ekiden::aws::sqs::codec
