#include "row_writer.hpp"

#include <vector>

namespace ekiden::local::dynamodb {

namespace {

constexpr std::int64_t kSweptBytesMax = 512 * 1024;

std::vector<Key> some_keys(Database& database, std::int64_t table, int most) {
  Statement row = database.prepare(
      "SELECT hash_key, range_key, size FROM dynamodb_items WHERE table_id = ? ORDER BY hash_key, range_key LIMIT ?");
  row.bind(1, table).bind(2, most);
  std::vector<Key> keys;
  std::int64_t bytes = 0;
  while (bytes < kSweptBytesMax && row.step()) {
    keys.push_back({.hash = std::string(row.blob(0)), .range = std::string(row.blob(1))});
    bytes += row.integer(2);
  }
  return keys;
}

}  // namespace

void RowWriter::put(const Key& key, std::string_view json, std::int64_t size) {
  if (!insert_) {
    insert_.emplace(
        database_.prepare("INSERT INTO dynamodb_items(table_id, hash_key, range_key, size, item) "
                          "VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"));
  }
  insert_->bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range).bind(4, size).bind_blob(5, json).run();
  if (database_.changes() == 1) {
    ++items_added_;
    bytes_added_ += size;
    return;
  }
  // Replacing is less frequent, and is the only case that needs the old size.
  Statement select =
      database_.prepare("SELECT size FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key = ?");
  select.bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range);
  const std::int64_t old_size = select.step() ? select.integer(0) : 0;
  select.reset();
  replace(key, json, size, old_size);
}

void RowWriter::replace(const Key& key, std::string_view json, std::int64_t size, std::int64_t old_size) {
  database_
      .prepare("UPDATE dynamodb_items SET size = ?, item = ? WHERE table_id = ? AND hash_key = ? AND range_key = ?")
      .bind(1, size)
      .bind_blob(2, json)
      .bind(3, table_id_)
      .bind_blob(4, key.hash)
      .bind_blob(5, key.range)
      .run();
  bytes_added_ += size - old_size;
}

bool RowWriter::erase(const Key& key) {
  Statement remove = database_.prepare(
      "DELETE FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key = ? RETURNING size");
  remove.bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range);
  if (!remove.step()) {
    return false;
  }
  --items_added_;
  bytes_added_ -= remove.integer(0);
  remove.run();
  return true;
}

void RowWriter::count() {
  if (items_added_ == 0 && bytes_added_ == 0) {
    return;
  }
  database_.prepare("UPDATE dynamodb_counts SET items = items + ?, bytes = bytes + ? WHERE table_id = ?")
      .bind(1, items_added_)
      .bind(2, bytes_added_)
      .bind(3, table_id_)
      .run();
  items_added_ = 0;
  bytes_added_ = 0;
}

void abandon_rows(Session& session, std::int64_t table_id) {
  session.database.prepare("INSERT INTO dynamodb_deleted_tables(table_id) VALUES(?)").bind(1, table_id).run();
  session.effects.garbage = true;
}

bool sweep_rows(Session& session) {
  Database& database = session.database;
  Statement deleted = database.prepare("SELECT table_id FROM dynamodb_deleted_tables LIMIT 1");
  if (!deleted.step()) {
    return false;
  }
  const std::int64_t table = deleted.integer(0);
  deleted.reset();
  const std::vector<Key> keys = some_keys(database, table, session.housekeeping_left);
  for (const Key& key : keys) {
    database.prepare("DELETE FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key = ?")
        .bind(1, table)
        .bind_blob(2, key.hash)
        .bind_blob(3, key.range)
        .run();
  }
  if (keys.empty()) {
    database.prepare("DELETE FROM dynamodb_deleted_tables WHERE table_id = ?").bind(1, table).run();
  }
  return true;
}

}  // namespace ekiden::local::dynamodb
