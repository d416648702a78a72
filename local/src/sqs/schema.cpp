#include "schema.hpp"

#include "store/database.hpp"

namespace ekiden::local::sqs {

void create_tables(Database& database) {
  create_tables_1(database);
  convert_to_2(database);
}

void create_tables_1(Database& database) {
  // Ids are never reused: a receipt handle of a deleted queue must not match a newer one.
  database.exec(R"(
    CREATE TABLE sqs_queues(
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      visibility_s INTEGER NOT NULL,
      delay_s INTEGER NOT NULL,
      max_bytes INTEGER NOT NULL,
      retention_s INTEGER NOT NULL,
      wait_s INTEGER NOT NULL,
      dead_letter_queue TEXT,
      max_receives INTEGER NOT NULL DEFAULT 0,
      created_s INTEGER NOT NULL,
      modified_s INTEGER NOT NULL,
      purged_ms INTEGER NOT NULL DEFAULT 0))");
  // Attributes that are only stored and returned: policies, encryption settings.
  database.exec(R"(
    CREATE TABLE sqs_queue_attributes(
      queue INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(queue, name)) WITHOUT ROWID)");
  database.exec(R"(
    CREATE TABLE sqs_queue_tags(
      queue INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(queue, name)) WITHOUT ROWID)");
  database.exec("CREATE TABLE sqs_deleted_queues(name TEXT PRIMARY KEY, deleted_ms INTEGER NOT NULL) WITHOUT ROWID");
  // Separate from sqs_queues, because every send and delete changes it. in_flight counts receives minus deletes: it is
  // never too low, and is corrected when it reaches the limit.
  database.exec(R"(
    CREATE TABLE sqs_counts(queue INTEGER PRIMARY KEY, messages INTEGER NOT NULL, in_flight INTEGER NOT NULL))");
  // Times are in milliseconds. nonce is that of the latest receipt handle. Before the first receive (receives = 0),
  // nonce and the times of receiving hold values that are as wide as the later ones. Otherwise the row would grow at
  // the receive and split its page (measured: a third of the cost of a receive from a backlog). The columns that a
  // receive changes come first, because SQLite reads the columns before the one that it needs.
  database.exec(R"(
    CREATE TABLE sqs_messages(
      id INTEGER PRIMARY KEY,
      queue INTEGER NOT NULL,
      visible_at INTEGER NOT NULL,
      nonce INTEGER NOT NULL,
      receives INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      first_received_at INTEGER NOT NULL,
      sent_at INTEGER NOT NULL,
      message_id BLOB NOT NULL,
      md5 BLOB NOT NULL,
      body TEXT NOT NULL,
      attributes BLOB NOT NULL,
      trace TEXT NOT NULL,
      message_group TEXT NOT NULL,
      source_queue TEXT NOT NULL))");
  // Every index ends with the row id, so this one returns the visible messages in order.
  database.exec("CREATE INDEX sqs_messages_visible ON sqs_messages(queue, visible_at)");
}

void convert_to_2(Database& database) {
  // sqs_messages.queue is the id of a box since this version. Ids of boxes are never reused. queue is 0 when nothing
  // refers to the box any more.
  database.exec("CREATE TABLE sqs_boxes(id INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL)");
  database.exec("ALTER TABLE sqs_queues ADD COLUMN box INTEGER NOT NULL DEFAULT 0");
  database.exec("INSERT INTO sqs_boxes(id, queue) SELECT id, id FROM sqs_queues");
  database.exec("UPDATE sqs_queues SET box = id");
}

std::int64_t latest_stamp(Database& database) {
  Statement row = database.prepare(
      "SELECT coalesce(max(max(sent_at, CASE WHEN receives > 0 THEN received_at ELSE 0 END)), 0) FROM sqs_messages");
  return row.step() ? row.integer(0) : 0;
}

}  // namespace ekiden::local::sqs
