#include <algorithm>
#include <array>

#include "messages.hpp"
#include "receipt_handle.hpp"
#include "sqs/api/limits.hpp"
#include "store/database.hpp"
#include "text.hpp"

namespace ekiden::local::sqs {

namespace {

// A page of expired messages or of messages to move away; the next receive goes on with the rest.
constexpr int kHousekeepingMax = 1'000;

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

// A message about to be handed out: copied, because the row is changed under the cursor.
struct Candidate {
  std::int64_t id;
  std::int64_t receives;
  std::int64_t first_received_at;
  std::int64_t sent_at;
  std::string message_id;
  std::string md5;
  std::string body;
  std::string attributes;
  std::string trace;
  std::string group;
  std::string source;
};

std::vector<Candidate> take_candidates(Context& context, const Queue& queue, std::int64_t limit) {
  Statement row = context.database.prepare(
      "SELECT id, receives, first_received_at, sent_at, message_id, md5, body, attributes, trace, message_group, "
      "source_queue FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? AND visible_at<=? "
      "ORDER BY visible_at, id LIMIT ?");
  row.bind(1, queue.id).bind(2, context.now_ms).bind(3, limit);
  std::vector<Candidate> candidates;
  while (row.step()) {
    candidates.push_back({.id = row.integer(0),
                          .receives = row.integer(1),
                          .first_received_at = row.integer(1) == 0 ? context.now_ms : row.integer(2),
                          .sent_at = row.integer(3),
                          .message_id = std::string(row.blob(4)),
                          .md5 = std::string(row.blob(5)),
                          .body = std::string(row.text(6)),
                          .attributes = std::string(row.blob(7)),
                          .trace = std::string(row.text(8)),
                          .group = std::string(row.text(9)),
                          .source = std::string(row.text(10))});
  }
  return candidates;
}

void add_counts(Context& context, std::int64_t queue, std::int64_t messages, std::int64_t in_flight) {
  context.database.prepare("UPDATE sqs_counts SET messages=messages+?, in_flight=max(0, in_flight+?) WHERE queue=?")
      .bind(1, messages)
      .bind(2, in_flight)
      .bind(3, queue)
      .run();
}

void remove_expired(Context& context, const Queue& queue, const Candidate& candidate) {
  context.database.prepare("DELETE FROM sqs_messages WHERE id=?").bind(1, candidate.id).run();
  add_counts(context, queue.id, -1, 0);
}

// Keeps its id, its time of sending and its body; the dead-letter queue counts receives anew.
void move_to_dead_letters(Context& context, const Queue& queue, std::int64_t target, const Candidate& candidate) {
  context.database
      .prepare("UPDATE sqs_messages SET queue=?, visible_at=?, nonce=?, receives=0, source_queue=? WHERE id=?")
      .bind(1, target)
      .bind(2, context.now_ms)
      .bind(3, kNoNonce)
      .bind(4, queue.name)
      .bind(5, candidate.id)
      .run();
  add_counts(context, queue.id, -1, -1);
  add_counts(context, target, 1, 0);
  context.effects.arrivals.push_back({.queue = target, .visible_at_ms = context.now_ms, .count = 1});
}

std::vector<std::pair<std::string_view, std::string>> system_attributes(Context& context, const ReceiveMessage& request,
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
  add("SentTimestamp", std::to_string(candidate.sent_at));
  add("ApproximateReceiveCount", std::to_string(candidate.receives + 1));
  add("ApproximateFirstReceiveTimestamp", std::to_string(candidate.first_received_at));
  add("MessageGroupId", candidate.group);
  add("AWSTraceHeader", candidate.trace);
  add("DeadLetterQueueSourceArn", candidate.source.empty() ? std::string() : arn_of(context, candidate.source));
  return out;
}

Received hand_out(Context& context, const Queue& queue, const ReceiveMessage& request, std::int64_t visible_at,
                  Candidate candidate) {
  const auto nonce = static_cast<std::int64_t>(context.random.next() >> 1U);
  context.database
      .prepare(
          "UPDATE sqs_messages SET visible_at=?1, nonce=?2, receives=receives+1, received_at=?3, first_received_at=?4 "
          "WHERE id=?5")
      .bind(1, visible_at)
      .bind(2, nonce)
      .bind(3, context.now_ms)
      .bind(4, candidate.first_received_at)
      .bind(5, candidate.id)
      .run();
  context.effects.handed_out.push_back({.queue = queue.id, .message = candidate.id, .nonce = nonce});
  Received received;
  received.message_id = format_uuid(candidate.message_id);
  received.handle = ReceiptHandle{.queue = queue.id, .message = candidate.id, .nonce = nonce}.text();
  received.system = system_attributes(context, request, candidate);
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
      throw Error(ErrorCode::kInvalidAttributeName, "Unknown Attribute " + std::string(name) + ".");
    }
  }
}

// True at AWS's limit of messages in flight. The cheap count is never too low; only at the limit is it put right.
bool over_limit(Context& context, const Queue& queue) {
  Statement row = context.database.prepare("SELECT in_flight FROM sqs_counts WHERE queue=?");
  if (!row.bind(1, queue.id).step() || row.integer(0) < kInFlightMax) {
    return false;
  }
  row.reset();
  const std::int64_t exact = count_messages(context, queue).in_flight;
  context.database.prepare("UPDATE sqs_counts SET in_flight=? WHERE queue=?").bind(1, exact).bind(2, queue.id).run();
  return exact >= kInFlightMax;
}

Poll make_poll(Context& context, const Queue& queue, std::int64_t wait_s) {
  Poll poll{.queue = queue.id, .wait_ms = wait_s * 1'000, .next_visible_at_ms = std::nullopt};
  Statement row = context.database.prepare(
      "SELECT visible_at FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? AND visible_at>? "
      "ORDER BY visible_at LIMIT 1");
  if (row.bind(1, queue.id).bind(2, context.now_ms).step()) {
    poll.next_visible_at_ms = row.integer(0);
  }
  return poll;
}

// Fills `result` with up to `wanted` messages, expiring and moving away what is in the way.
void collect(Context& context, const Queue& queue, const ReceiveMessage& request, std::int64_t wanted,
             ReceiveResult& result) {
  const std::int64_t dead_letters =
      queue.dead_letter_queue.empty() ? 0 : find_queue_id(context, queue.dead_letter_queue);
  const std::int64_t visible_at = context.now_ms + request.visibility_s.value_or(queue.visibility_s) * 1'000;
  for (int passed = 0; passed < kHousekeepingMax;) {
    const std::int64_t missing = wanted - static_cast<std::int64_t>(result.messages.size());
    std::vector<Candidate> candidates = take_candidates(context, queue, missing);
    const int before = passed;
    for (Candidate& candidate : candidates) {
      if (context.now_ms - candidate.sent_at >= queue.retention_s * 1'000) {
        remove_expired(context, queue, candidate);
        ++passed;
      } else if (dead_letters != 0 && candidate.receives >= queue.max_receives) {
        move_to_dead_letters(context, queue, dead_letters, candidate);
        ++passed;
      } else {
        result.messages.push_back(hand_out(context, queue, request, visible_at, std::move(candidate)));
      }
    }
    // Again only if something was in the way: with a visibility timeout of 0 the same ones would come twice.
    if (passed == before || static_cast<std::int64_t>(result.messages.size()) == wanted) {
      break;
    }
    if (visible_at == context.now_ms && !result.messages.empty()) {
      break;
    }
  }
}

}  // namespace

Counts count_messages(Context& context, const Queue& queue) {
  Database& database = context.database;
  Counts counts;
  Statement total = database.prepare("SELECT messages FROM sqs_counts WHERE queue=?");
  if (total.bind(1, queue.id).step()) {
    counts.visible = total.integer(0);
  }
  // Only hidden messages are walked over: a backlog costs nothing.
  Statement hidden = database.prepare(
      "SELECT count(*), count(CASE WHEN receives>0 THEN 1 END) FROM sqs_messages INDEXED BY sqs_messages_visible WHERE "
      "queue=? AND visible_at>?");
  if (hidden.bind(1, queue.id).bind(2, context.now_ms).step()) {
    counts.in_flight = hidden.integer(1);
    counts.delayed = hidden.integer(0) - hidden.integer(1);
    counts.visible = std::max<std::int64_t>(0, counts.visible - hidden.integer(0));
  }
  return counts;
}

void drop_expired(Context& context, const Queue& queue) {
  for (int dropped = 0; dropped < kHousekeepingMax; ++dropped) {
    const std::vector<Candidate> first = take_candidates(context, queue, 1);
    if (first.empty() || context.now_ms - first.front().sent_at < queue.retention_s * 1'000) {
      return;
    }
    remove_expired(context, queue, first.front());
  }
}

ReceiveResult receive_message(Context& context, const ReceiveMessage& request) {
  check(request);
  const Queue queue = find_queue(context, request.queue);
  const std::int64_t wait_s = request.wait_s.value_or(queue.wait_s);
  ReceiveResult result;
  if (over_limit(context, queue)) {
    if (wait_s == 0) {
      throw Error(ErrorCode::kOverLimit, "Too many messages in flight: 120000 is the limit of a standard queue.");
    }
  } else {
    collect(context, queue, request, request.max_messages.value_or(1), result);
  }
  if (result.messages.empty()) {
    context.effects.poll = make_poll(context, queue, wait_s);
    return result;
  }
  const auto count = static_cast<std::int64_t>(result.messages.size());
  add_counts(context, queue.id, 0, count);
  context.effects.messages_received += count;
  context.effects.arrivals.push_back(
      {.queue = queue.id,
       .visible_at_ms = context.now_ms + request.visibility_s.value_or(queue.visibility_s) * 1'000,
       .count = count});
  return result;
}

}  // namespace ekiden::local::sqs
