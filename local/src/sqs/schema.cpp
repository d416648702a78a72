#include "schema.hpp"

#include "store/database.hpp"

namespace ekiden::local::sqs {

void create_tables(Database& database) {
  // Ids are never used again: a receipt handle of a deleted queue must not fit a newer one.
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
  // What is only kept to be given back: policies, encryption settings.
  database.exec(R"(
    CREATE TABLE sqs_queue_attributes(
      queue INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(queue, name)) WITHOUT ROWID)");
  database.exec(R"(
    CREATE TABLE sqs_queue_tags(
      queue INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(queue, name)) WITHOUT ROWID)");
  database.exec("CREATE TABLE sqs_deleted_queues(name TEXT PRIMARY KEY, deleted_ms INTEGER NOT NULL) WITHOUT ROWID");
  // Apart from sqs_queues, because every send and delete changes it. in_flight counts receives minus deletes: never
  // less than what is in flight, and put right when it reaches the limit.
  database.exec(R"(
    CREATE TABLE sqs_counts(queue INTEGER PRIMARY KEY, messages INTEGER NOT NULL, in_flight INTEGER NOT NULL))");
  // Times in milliseconds. nonce is that of the latest receipt handle. Before the first receive (receives = 0) nonce
  // and the times of receiving hold values as wide as the later ones: a row that grows splits its page, which pages
  // filled by sends have no room for (a third of the cost of a receive from a backlog, measured). The columns that a
  // receive changes stand first: SQLite finds a column by walking over those before it.
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
  // With the row id at its end, which every index has, it gives the receivable messages in order.
  database.exec("CREATE INDEX sqs_messages_visible ON sqs_messages(queue, visible_at)");
}

}  // namespace ekiden::local::sqs
