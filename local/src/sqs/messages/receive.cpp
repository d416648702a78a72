#include <algorithm>
#include <array>

#include "messages.hpp"
#include "receipt_handle.hpp"
#include "sqs/api/limits.hpp"
#include "sqs/queues/backlog.hpp"
#include "text.hpp"

namespace ekiden::local::sqs {

namespace {

constexpr std::array<std::string_view, 10> kSystemNames = {"All",
                                                           "SenderId",
                                                           "SentTimestamp",
                                                           "ApproximateReceiveCount",
                                                           "ApproximateFirstReceiveTimestamp",
                                                           "SequenceNumber",
                                                           "MessageDeduplicationId",
                                                           "MessageGroupId",
                                                           "AWSTraceHeader",
                                                           "DeadLetterQueueSourceArn"};

// The message keeps its id, its time of sending and its body. The dead-letter queue counts receives from zero.
void move_to_dead_letters(Session& session, const Queue& queue, std::int64_t target, const Candidate& candidate) {
  session.database
      .prepare("UPDATE sqs_messages SET queue=?, visible_at=?, nonce=?, receives=0, source_queue=? WHERE id=?")
      .bind(1, find_box(session, target))
      .bind(2, session.now_ms())
      .bind(3, kNoNonce)
      .bind(4, queue.name)
      .bind(5, candidate.id)
      .run();
  add_counts(session, queue.id, -1, -1);
  add_counts(session, target, 1, 0);
  session.effects.arrivals.push_back({.queue = target, .visible_at_ms = session.now_ms(), .count = 1});
}

std::vector<std::pair<std::string_view, std::string>> system_attributes(Session& session, const ReceiveMessage& request,
                                                                        const Candidate& candidate) {
  std::vector<std::pair<std::string_view, std::string>> out;
  if (request.system_names.empty()) {
    return out;
  }
  const bool all =
      std::find(request.system_names.begin(), request.system_names.end(), "All") != request.system_names.end();
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty() && (all || std::find(request.system_names.begin(), request.system_names.end(), name) !=
                                      request.system_names.end())) {
      out.emplace_back(name, std::move(value));
    }
  };
  add("SenderId", std::string(kAccount));
  add("SentTimestamp", std::to_string(session.shown_ms(candidate.sent_at)));
  add("ApproximateReceiveCount", std::to_string(candidate.receives + 1));
  add("ApproximateFirstReceiveTimestamp", std::to_string(session.shown_ms(candidate.first_received_at)));
  add("MessageGroupId", candidate.group);
  add("AWSTraceHeader", candidate.trace);
  add("DeadLetterQueueSourceArn", candidate.source.empty() ? std::string() : arn_of(session, candidate.source));
  return out;
}

Received hand_out(Session& session, const Queue& queue, const ReceiveMessage& request, std::int64_t visible_at,
                  Candidate candidate) {
  const auto nonce = static_cast<std::int64_t>(session.random.next() >> 1U);
  session.database
      .prepare(
          "UPDATE sqs_messages SET visible_at=?1, nonce=?2, receives=receives+1, received_at=?3, first_received_at=?4 "
          "WHERE id=?5")
      .bind(1, visible_at)
      .bind(2, nonce)
      .bind(3, session.now_ms())
      .bind(4, candidate.first_received_at)
      .bind(5, candidate.id)
      .run();
  session.effects.handed_out.push_back({.queue = queue.id, .message = candidate.id, .nonce = nonce});
  Received received;
  received.message_id = format_uuid(candidate.message_id);
  received.handle = ReceiptHandle{.queue = queue.id, .message = candidate.id, .nonce = nonce}.text();
  received.system = system_attributes(session, request, candidate);
  received.body_md5 = std::move(candidate.md5);
  received.body = std::move(candidate.body);
  if (!candidate.attributes.empty() && !request.attribute_names.empty()) {
    received.attributes = choose(candidate.attributes, request.attribute_names);
    received.attributes_md5 = received.attributes.empty() ? std::string() : md5(received.attributes);
  }
  return received;
}

void check(const ReceiveMessage& request) {
  const auto in = [](std::optional<std::int64_t> value, std::int64_t least, std::int64_t most) {
    return !value || (*value >= least && *value <= most);
  };
  if (!in(request.max_messages, 1, kReceiveMax)) {
    throw invalid_value(std::to_string(*request.max_messages), "MaxNumberOfMessages",
                        "Must be between 1 and 10, if provided.");
  }
  if (!in(request.wait_s, 0, kWaitMaxSeconds)) {
    throw invalid_value(std::to_string(*request.wait_s), "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.");
  }
  if (!in(request.visibility_s, 0, kVisibilityMaxSeconds)) {
    throw invalid_value(std::to_string(*request.visibility_s), "VisibilityTimeout",
                        "Must be >= 0 and <= 43200, if provided.");
  }
  for (const std::string_view name : request.system_names) {
    if (std::find(kSystemNames.begin(), kSystemNames.end(), name) == kSystemNames.end()) {
      throw SqsRefusal(ErrorCode::kInvalidAttributeName, "Unknown Attribute " + std::string(name) + ".");
    }
  }
}

Poll make_poll(Session& session, const Queue& queue, std::int64_t wait_s) {
  Poll poll{.queue = queue.id, .wait_ms = wait_s * 1'000, .next_visible_at_ms = std::nullopt};
  Statement row = session.database.prepare(
      "SELECT visible_at FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? AND visible_at>? "
      "ORDER BY visible_at LIMIT 1");
  if (row.bind(1, queue.box).bind(2, session.now_ms()).step()) {
    poll.next_visible_at_ms = row.integer(0);
  }
  return poll;
}

// Adds up to `wanted` messages to `result`. Removes expired messages and moves dead letters.
void collect(Session& session, const Discipline& discipline, const Queue& queue, const ReceiveMessage& request,
             ReceiveResult& result) {
  const std::int64_t wanted = request.max_messages.value_or(1);
  const std::int64_t dead_letters =
      queue.dead_letter_queue.empty() ? 0 : find_queue_id(session, queue.dead_letter_queue);
  const std::int64_t visible_at = session.now_ms() + request.visibility_s.value_or(queue.visibility_s) * 1'000;
  for (;;) {
    const std::int64_t missing = wanted - static_cast<std::int64_t>(result.messages.size());
    std::vector<Candidate> candidates = discipline.pick(session, queue, missing);
    const int before = session.housekeeping_left;
    for (Candidate& candidate : candidates) {
      if (session.now_ms() - candidate.sent_at >= queue.retention_s * 1'000) {
        remove_expired(session, queue, candidate.id);
        --session.housekeeping_left;
      } else if (dead_letters != 0 && candidate.receives >= queue.max_receives) {
        move_to_dead_letters(session, queue, dead_letters, candidate);
        --session.housekeeping_left;
      } else {
        result.messages.push_back(hand_out(session, queue, request, visible_at, std::move(candidate)));
      }
    }
    // Repeat only if messages were removed or moved: with a visibility timeout of 0 the same messages would be received
    // twice.
    if (session.housekeeping_left == before || static_cast<std::int64_t>(result.messages.size()) == wanted) {
      break;
    }
    if (visible_at == session.now_ms() && !result.messages.empty()) {
      break;
    }
    if (session.housekeeping_left <= 0) {
      session.effects.again = result.messages.empty();
      break;
    }
  }
}

}  // namespace

ReceiveResult receive_message(Session& session, const ReceiveMessage& request) {
  check(request);
  const Queue queue = find_queue(session, request.queue);
  return receive_from(session, discipline_of(queue), queue, request);
}

ReceiveResult receive_from(Session& session, const Discipline& discipline, const Queue& queue,
                           const ReceiveMessage& request) {
  const std::int64_t wait_s = request.wait_s.value_or(queue.wait_s);
  ReceiveResult result;
  if (in_flight_limit_reached(session, queue)) {
    if (wait_s == 0) {
      throw SqsRefusal(ErrorCode::kOverLimit, "Too many messages in flight: 120000 is the limit of a standard queue.");
    }
  } else {
    collect(session, discipline, queue, request, result);
  }
  if (result.messages.empty()) {
    session.effects.poll = make_poll(session, queue, wait_s);
    return result;
  }
  const auto count = static_cast<std::int64_t>(result.messages.size());
  add_counts(session, queue.id, 0, count);
  session.effects.messages_received += count;
  session.effects.arrivals.push_back(
      {.queue = queue.id,
       .visible_at_ms = session.now_ms() + request.visibility_s.value_or(queue.visibility_s) * 1'000,
       .count = count});
  return result;
}

}  // namespace ekiden::local::sqs
