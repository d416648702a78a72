#include "item_store.hpp"

namespace ekiden::local::dynamodb {

std::optional<std::string> ItemStore::load(const Key& key) {
  Statement select =
      database_.prepare("SELECT item FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key = ?");
  select.bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range);
  return select.step() ? std::optional<std::string>(select.blob(0)) : std::nullopt;
}

void ItemStore::put(const Key& key, std::string_view json, std::size_t size) {
  const auto bytes = static_cast<std::int64_t>(size);
  if (!insert_) {
    insert_.emplace(
        database_.prepare("INSERT INTO dynamodb_items(table_id, hash_key, range_key, size, item) "
                          "VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"));
  }
  insert_->bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range).bind(4, bytes).bind_blob(5, json).run();
  if (database_.changes() == 1) {
    ++items_added_;
    bytes_added_ += bytes;
    return;
  }
  // Replacing is the rarer case, and the only one that has to know the old size.
  Statement select =
      database_.prepare("SELECT size FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key = ?");
  select.bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range);
  bytes_added_ += bytes - (select.step() ? select.integer(0) : 0);
  select.reset();
  database_
      .prepare("UPDATE dynamodb_items SET size = ?, item = ? WHERE table_id = ? AND hash_key = ? AND range_key = ?")
      .bind(1, bytes)
      .bind_blob(2, json)
      .bind(3, table_id_)
      .bind_blob(4, key.hash)
      .bind_blob(5, key.range)
      .run();
}

bool ItemStore::erase(const Key& key) {
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

void ItemStore::count() {
  if (items_added_ == 0 && bytes_added_ == 0) {
    return;
  }
  database_.prepare("UPDATE dynamodb_counts SET items = items + ?, bytes = bytes + ? WHERE table_id = ?")
      .bind(1, items_added_)
      .bind(2, bytes_added_)
      .bind(3, table_id_)
      .run();
}

}  // namespace ekiden::local::dynamodb
