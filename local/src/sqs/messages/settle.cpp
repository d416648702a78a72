// Deletes, visibility changes and purges.
#include <algorithm>

#include "batch.hpp"
#include "messages.hpp"
#include "receipt_handle.hpp"
#include "sqs/api/limits.hpp"
#include "sqs/queues/boxes.hpp"
#include "store/database.hpp"

namespace ekiden::local::sqs {

namespace {

constexpr std::int64_t kPurgeIntervalMs = 60'000;

// The handle, if it belongs to this queue; otherwise throws ReceiptHandleIsInvalid.
ReceiptHandle handle_of(const Queue& queue, const HandleEntry& entry) {
  if (!entry.handle || entry.handle->empty()) {
    throw missing_parameter("ReceiptHandle");
  }
  const std::optional<ReceiptHandle> handle = ReceiptHandle::parse(*entry.handle);
  if (!handle || handle->queue != queue.id) {
    throw SqsRefusal(ErrorCode::kReceiptHandleIsInvalid,
                     "The input receipt handle \"" + std::string(*entry.handle) + "\" is not a valid receipt handle.");
  }
  return *handle;
}

// As on AWS, deleting a deleted message, or with an older handle, succeeds and has no effect.
std::int64_t delete_one(Session& session, const Queue& queue, const HandleEntry& entry) {
  const ReceiptHandle handle = handle_of(queue, entry);
  session.database.prepare("DELETE FROM sqs_messages WHERE id=? AND nonce=? AND queue=?")
      .bind(1, handle.message)
      .bind(2, handle.nonce)
      .bind(3, queue.box)
      .run();
  return session.database.changes();
}

void change_one(Session& session, const Queue& queue, const HandleEntry& entry) {
  if (!entry.visibility_s) {
    throw missing_parameter("VisibilityTimeout");
  }
  if (*entry.visibility_s < 0 || *entry.visibility_s > kVisibilityMaxSeconds) {
    throw invalid_value(std::to_string(*entry.visibility_s), "VisibilityTimeout", "Must be between 0 and 43200.");
  }
  const ReceiptHandle handle = handle_of(queue, entry);
  Statement row =
      session.database.prepare("SELECT visible_at, nonce, received_at FROM sqs_messages WHERE id=? AND queue=?");
  if (!row.bind(1, handle.message).bind(2, queue.box).step()) {
    throw invalid_value(*entry.handle, "ReceiptHandle",
                        "Message does not exist or is not available for visibility timeout change.");
  }
  if (row.integer(1) != handle.nonce) {
    throw invalid_value(*entry.handle, "ReceiptHandle", "The receipt handle has expired.");
  }
  if (row.integer(0) <= session.now_ms()) {
    throw SqsRefusal(ErrorCode::kMessageNotInflight, "The message referred to is not in flight.");
  }
  const std::int64_t visible_at = session.now_ms() + *entry.visibility_s * 1'000;
  if (visible_at > row.integer(2) + kVisibilityMaxSeconds * 1'000) {
    throw invalid_value(std::to_string(*entry.visibility_s), "VisibilityTimeout",
                        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
  }
  row.reset();
  session.database.prepare("UPDATE sqs_messages SET visible_at=? WHERE id=?")
      .bind(1, visible_at)
      .bind(2, handle.message)
      .run();
  session.effects.arrivals.push_back({.queue = queue.id, .visible_at_ms = visible_at, .count = 1});
}

// Applies `one` to each entry. In a batch, the error of an entry does not affect the others.
template <typename Request, typename One>
EntriesResult for_each_entry(Session& session, const Request& request, One one) {
  EntriesResult result;
  result.batch = request.batch;
  for (const HandleEntry& entry : request.entries) {
    if (!request.batch) {
      one(entry);
      continue;
    }
    if (fails_for_no_reason(session)) {
      result.failed.push_back(failure_for_no_reason(entry.id));
      continue;
    }
    try {
      one(entry);
      result.done.push_back(entry.id);
    } catch (const SqsRefusal& error) {
      result.failed.push_back({.id = entry.id, .code = error.code(), .message = error.what()});
    }
  }
  return result;
}

}  // namespace

EntriesResult delete_message(Session& session, const DeleteMessage& request) {
  if (request.batch) {
    check_batch(request.entries, "DeleteMessageBatchRequestEntry");
  }
  const Queue queue = find_queue(session, request.queue);
  std::int64_t deleted = 0;
  EntriesResult result =
      for_each_entry(session, request, [&](const HandleEntry& entry) { deleted += delete_one(session, queue, entry); });
  session.database.prepare("UPDATE sqs_counts SET messages=messages-?1, in_flight=max(0, in_flight-?1) WHERE queue=?2")
      .bind(1, deleted)
      .bind(2, queue.id)
      .run();
  session.effects.messages_deleted += deleted;
  return result;
}

EntriesResult change_visibility(Session& session, const ChangeVisibility& request) {
  if (request.batch) {
    check_batch(request.entries, "ChangeMessageVisibilityBatchRequestEntry");
  }
  const Queue queue = find_queue(session, request.queue);
  return for_each_entry(session, request, [&](const HandleEntry& entry) { change_one(session, queue, entry); });
}

void take_back(Session& session, const std::vector<HandedOut>& messages) {
  for (const HandedOut& each : messages) {
    session.database
        .prepare(
            "UPDATE sqs_messages SET visible_at=?1, nonce=?2, receives=receives-1 WHERE id=?3 AND nonce=?4 AND "
            "queue=?5")
        .bind(1, session.now_ms())
        .bind(2, kNoNonce)
        .bind(3, each.message)
        .bind(4, each.nonce)
        .bind(5, find_box(session, each.queue))
        .run();
    if (session.database.changes() == 0) {
      continue;  // Its visibility timeout ended meanwhile, or its queue was purged.
    }
    session.database.prepare("UPDATE sqs_counts SET in_flight=max(0, in_flight-1) WHERE queue=?")
        .bind(1, each.queue)
        .run();
    session.effects.messages_received -= 1;
    session.effects.arrivals.push_back({.queue = each.queue, .visible_at_ms = session.now_ms(), .count = 1});
  }
}

Nothing purge_queue(Session& session, const PurgeQueue& request) {
  const Queue queue = find_queue(session, request.queue);
  if (session.strict_purge && queue.purged_ms != 0 && session.now_ms() - queue.purged_ms < kPurgeIntervalMs) {
    throw SqsRefusal(ErrorCode::kPurgeQueueInProgress,
                     "Only one PurgeQueue operation on " + queue.name + " is allowed every 60 seconds.");
  }
  Database& database = session.database;
  std::int64_t box = queue.box;
  if (!is_empty(database, box)) {
    abandon_box(session, box);
    box = make_box(database, queue.id);
  }
  database.prepare("UPDATE sqs_counts SET messages=0, in_flight=0 WHERE queue=?").bind(1, queue.id).run();
  database.prepare("UPDATE sqs_queues SET purged_ms=?, box=? WHERE id=?")
      .bind(1, session.now_ms())
      .bind(2, box)
      .bind(3, queue.id)
      .run();
  return {};
}

}  // namespace ekiden::local::sqs
