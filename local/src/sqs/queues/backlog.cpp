#include "backlog.hpp"

#include <algorithm>

#include "sqs/api/limits.hpp"

namespace ekiden::local::sqs {

Counts count_messages(Session& session, const Queue& queue) {
  Database& database = session.database;
  Counts counts;
  Statement total = database.prepare("SELECT messages FROM sqs_counts WHERE queue=?");
  if (total.bind(1, queue.id).step()) {
    counts.visible = total.integer(0);
  }
  // Counts only hidden messages, so a backlog costs nothing.
  Statement hidden = database.prepare(
      "SELECT count(*), count(CASE WHEN receives>0 THEN 1 END) FROM sqs_messages INDEXED BY sqs_messages_visible WHERE "
      "queue=? AND visible_at>?");
  if (hidden.bind(1, queue.box).bind(2, session.now_ms()).step()) {
    counts.in_flight = hidden.integer(1);
    counts.delayed = hidden.integer(0) - hidden.integer(1);
    counts.visible = std::max<std::int64_t>(0, counts.visible - hidden.integer(0));
  }
  return counts;
}

void add_counts(Session& session, std::int64_t queue, std::int64_t messages, std::int64_t in_flight) {
  session.database.prepare("UPDATE sqs_counts SET messages=messages+?, in_flight=max(0, in_flight+?) WHERE queue=?")
      .bind(1, messages)
      .bind(2, in_flight)
      .bind(3, queue)
      .run();
}

bool in_flight_limit_reached(Session& session, const Queue& queue) {
  Statement row = session.database.prepare("SELECT in_flight FROM sqs_counts WHERE queue=?");
  if (!row.bind(1, queue.id).step() || row.integer(0) < kInFlightMax) {
    return false;
  }
  row.reset();
  const std::int64_t exact = count_messages(session, queue).in_flight;
  session.database.prepare("UPDATE sqs_counts SET in_flight=? WHERE queue=?").bind(1, exact).bind(2, queue.id).run();
  return exact >= kInFlightMax;
}

void remove_expired(Session& session, const Queue& queue, std::int64_t message) {
  session.database.prepare("DELETE FROM sqs_messages WHERE id=?").bind(1, message).run();
  add_counts(session, queue.id, -1, 0);
}

void drop_expired(Session& session, const Queue& queue) {
  for (; session.housekeeping_left > 0; --session.housekeeping_left) {
    Statement row = session.database.prepare(
        "SELECT id, sent_at FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? AND visible_at<=? "
        "ORDER BY visible_at, id LIMIT 1");
    if (!row.bind(1, queue.box).bind(2, session.now_ms()).step() ||
        session.now_ms() - row.integer(1) < queue.retention_s * 1'000) {
      return;
    }
    const std::int64_t message = row.integer(0);
    row.reset();
    remove_expired(session, queue, message);
  }
  session.effects.again = true;
}

}  // namespace ekiden::local::sqs
