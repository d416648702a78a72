#include "schema.hpp"

#include "store/database.hpp"

namespace ekiden::local::sqs {

void create_tables(Database& database) {
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

}  // namespace ekiden::local::sqs
