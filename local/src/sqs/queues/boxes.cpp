#include "boxes.hpp"

#include <vector>

namespace ekiden::local::sqs {

namespace {

constexpr std::int64_t kSweptBytesMax = 512 * 1024;

std::vector<std::int64_t> some_messages(Database& database, std::int64_t box, int most) {
  Statement row = database.prepare(
      "SELECT id, length(body) + length(attributes) FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? "
      "ORDER BY visible_at, id LIMIT ?");
  row.bind(1, box).bind(2, most);
  std::vector<std::int64_t> ids;
  std::int64_t bytes = 0;
  while (bytes < kSweptBytesMax && row.step()) {
    ids.push_back(row.integer(0));
    bytes += row.integer(1);
  }
  return ids;
}

}  // namespace

std::int64_t make_box(Database& database, std::int64_t queue) {
  database.prepare("INSERT INTO sqs_boxes(queue) VALUES(?)").bind(1, queue).run();
  return database.last_insert_rowid();
}

bool is_empty(Database& database, std::int64_t box) {
  return !database.prepare("SELECT 1 FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? LIMIT 1")
              .bind(1, box)
              .step();
}

void abandon_box(Session& session, std::int64_t box) {
  session.database.prepare("UPDATE sqs_boxes SET queue=0 WHERE id=?").bind(1, box).run();
  session.effects.garbage = true;
}

bool sweep_boxes(Session& session) {
  Database& database = session.database;
  Statement abandoned = database.prepare("SELECT id FROM sqs_boxes WHERE queue=0 LIMIT 1");
  if (!abandoned.step()) {
    return false;
  }
  const std::int64_t box = abandoned.integer(0);
  abandoned.reset();
  const std::vector<std::int64_t> messages = some_messages(database, box, session.housekeeping_left);
  for (const std::int64_t message : messages) {
    database.prepare("DELETE FROM sqs_messages WHERE id=?").bind(1, message).run();
  }
  if (messages.empty()) {
    database.prepare("DELETE FROM sqs_boxes WHERE id=?").bind(1, box).run();
  }
  return true;
}

}  // namespace ekiden::local::sqs
