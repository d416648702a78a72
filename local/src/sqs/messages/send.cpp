#include <ekiden/base/hex.hpp>
#include <ekiden/base/utf8.hpp>

#include <array>

#include "batch.hpp"
#include "messages.hpp"
#include "receipt_handle.hpp"
#include "sqs/api/limits.hpp"
#include "sqs/queues/backlog.hpp"
#include "text.hpp"

namespace ekiden::local::sqs {

namespace {

// SQS allows only the characters of XML 1.0 in a body; AWS's SDKs send well-formed UTF-8. Source: SQS API Reference,
// SendMessage, MessageBody.
bool legal_body(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      if (byte < 0x20 && byte != 0x9 && byte != 0xa && byte != 0xd) {
        return false;
      }
      ++i;
      continue;
    }
    const base::CodePoint point = base::first_code_point(text.substr(i));
    if (!point.valid || (point.value & 0xffffU) >= 0xfffeU) {
      return false;
    }
    i += point.length;
  }
  return true;
}

std::int64_t bytes_of(const SendEntry& entry) {
  return static_cast<std::int64_t>(entry.body.value_or("").size() + size_of(entry.attributes));
}

std::optional<SqsRefusal> refusal_of_system(const SendEntry& entry) {
  for (const MessageAttribute& attribute : entry.system_attributes) {
    if (attribute.name != "AWSTraceHeader" || attribute.type != "String" || attribute.value.empty()) {
      return SqsRefusal(ErrorCode::kInvalidParameterValue,
                        "Message system attribute '" + std::string(attribute.name) +
                            "' is invalid: only AWSTraceHeader, with a non-empty value of type 'String', can be sent.");
    }
  }
  return std::nullopt;
}

std::optional<SqsRefusal> refusal_of(const Discipline& discipline, const Queue& queue, const SendEntry& entry) {
  if (!entry.body || entry.body->empty()) {
    return missing_parameter("MessageBody");
  }
  if (bytes_of(entry) > queue.max_bytes) {
    return SqsRefusal(ErrorCode::kInvalidParameterValue,
                      "One or more parameters are invalid. Reason: Message must be shorter than " +
                          std::to_string(queue.max_bytes) + " bytes.");
  }
  if (!legal_body(*entry.body)) {
    return SqsRefusal(
        ErrorCode::kInvalidMessageContents,
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
        "#xFFFD | #x10000 to #x10FFFF");
  }
  if (entry.delay_s && (*entry.delay_s < 0 || *entry.delay_s > kDelayMaxSeconds)) {
    return invalid_value(std::to_string(*entry.delay_s), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
  }
  if (std::optional<SqsRefusal> refusal = discipline.refusal_of(entry)) {
    return refusal;
  }
  if (entry.group.size() > kGroupIdMax) {
    return invalid_value(entry.group, "MessageGroupId",
                         "MessageGroupId can only include alphanumeric and punctuation "
                         "characters. 1 to 128 in length.");
  }
  if (!entry.attributes.empty()) {
    if (const auto text = refusal_of(entry.attributes)) {
      return SqsRefusal(ErrorCode::kInvalidParameterValue, *text);
    }
  }
  return entry.system_attributes.empty() ? std::nullopt : refusal_of_system(entry);
}

// A version 4 UUID.
std::string make_message_id(runtime::Random& random) {
  std::string bytes;
  bytes.reserve(16);
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 8; ++i, bits >>= 8U) {
      bytes += static_cast<char>(bits & 0xffU);
    }
  }
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
  return bytes;
}

Sent insert(Session& session, const Queue& queue, const SendEntry& entry) {
  const std::string message_id = make_message_id(session.random);
  const std::string attributes = entry.attributes.empty() ? std::string() : encode(entry.attributes);
  const std::string_view trace = entry.system_attributes.empty() ? "" : entry.system_attributes.front().value;
  const std::int64_t visible_at = session.now_ms() + entry.delay_s.value_or(queue.delay_s) * 1'000;
  Sent sent;
  sent.id = entry.id;
  sent.message_id = format_uuid(message_id);
  sent.body_md5 = md5(*entry.body);
  session.database
      .prepare(
          "INSERT INTO sqs_messages(queue, visible_at, nonce, receives, received_at, first_received_at, sent_at, "
          "message_id, md5, body, attributes, trace, message_group, source_queue) "
          "VALUES(?1,?2,?3,0,?4,?4,?4,?5,?6,?7,?8,?9,?10,'')")
      .bind(1, queue.box)
      .bind(2, visible_at)
      .bind(3, kNoNonce)
      .bind(4, session.now_ms())
      .bind_blob(5, message_id)
      .bind_blob(6, sent.body_md5)
      .bind(7, *entry.body)
      .bind_blob(8, attributes)
      .bind(9, trace)
      .bind(10, entry.group)
      .run();
  if (!attributes.empty()) {
    sent.attributes_md5 = md5(attributes);
  }
  if (!entry.system_attributes.empty()) {
    sent.system_md5 = md5(encode(entry.system_attributes));
  }
  session.effects.arrivals.push_back({.queue = queue.id, .visible_at_ms = visible_at, .count = 1});
  return sent;
}

void check_sum(const SendMessage& request) {
  std::int64_t sum = 0;
  for (const SendEntry& entry : request.entries) {
    sum += bytes_of(entry);
  }
  if (sum > kMessageBytesMax) {
    throw SqsRefusal(
        ErrorCode::kBatchRequestTooLong,
        "Batch requests cannot be longer than 1048576 bytes. You have sent " + std::to_string(sum) + " bytes.");
  }
}

}  // namespace

std::string format_uuid(std::string_view bytes) {
  std::string text;
  text.reserve(36);
  std::size_t from = 0;
  for (const std::size_t length : {4U, 2U, 2U, 2U, 6U}) {
    base::append_hex(text, bytes.substr(std::min(from, bytes.size()), length));
    text += from < 10 ? "-" : "";
    from += length;
  }
  return text;
}

SendResult send_message(Session& session, const SendMessage& request) {
  if (request.batch) {
    check_batch(request.entries, "SendMessageBatchRequestEntry");
    check_sum(request);
  }
  const Queue queue = find_queue(session, request.queue);
  return send_to(session, discipline_of(queue), queue, request);
}

SendResult send_to(Session& session, const Discipline& discipline, const Queue& queue, const SendMessage& request) {
  SendResult result;
  result.batch = request.batch;
  std::int64_t stored = 0;
  session.require_room();
  for (const SendEntry& entry : request.entries) {
    if (const std::optional<SqsRefusal> refusal = refusal_of(discipline, queue, entry)) {
      if (!request.batch) {
        throw SqsRefusal(*refusal);
      }
      result.failed.push_back({.id = entry.id, .code = refusal->code(), .message = refusal->what()});
    } else if (request.batch && fails_for_no_reason(session)) {
      result.failed.push_back(failure_for_no_reason(entry.id));
    } else if (std::optional<Sent> earlier = discipline.earlier_send(session, queue, entry)) {
      result.sent.push_back(std::move(*earlier));
      result.sent.back().id = entry.id;
    } else {
      result.sent.push_back(insert(session, queue, entry));
      ++stored;
    }
  }
  add_counts(session, queue.id, stored, 0);
  session.effects.messages_sent += stored;
  return result;
}

}  // namespace ekiden::local::sqs
