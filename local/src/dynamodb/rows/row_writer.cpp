#include "row_writer.hpp"

namespace ekiden::local::dynamodb {

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

void erase_rows(Database& database, std::int64_t table_id) {
  database.prepare("DELETE FROM dynamodb_items WHERE table_id = ?").bind(1, table_id).run();
}

}  // namespace ekiden::local::dynamodb
