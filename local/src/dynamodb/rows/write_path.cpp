#include "write_path.hpp"

#include <ekiden/base/assert.hpp>

#include <boost/json/serialize.hpp>

#include <cstdint>
#include <string>

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

const StoredItem* OldItem::stored() {
  if (!known_) {
    EKIDEN_ASSERT(!replaced_);
    stored_ = rows_.find(key_);
    known_ = true;
  }
  return stored_ ? &*stored_ : nullptr;
}

const Item& OldItem::item() {
  if (const StoredItem* found = stored(); found != nullptr && !parsed_) {
    item_ = parse_item(found->json, item_.storage());
    parsed_ = true;
  }
  return item_;
}

RowWriter& WritePath::writer_of(const Table& table) {
  if (!writer_ || writer_->table_id() != table.id) {
    finish();
    writer_.emplace(database_, table.id);
  }
  return *writer_;
}

void WritePath::apply(const Table& table, const Key& key, OldItem& old, const NewItem& item) {
  RowWriter& writer = writer_of(table);
  if (item.item == nullptr) {
    effects_.items_written += writer.erase(key) ? 1 : 0;
  } else {
    const std::string text = json::serialize(*item.item);
    const auto size = static_cast<std::int64_t>(item.size);
    if (const StoredItem* replaced = old.known() ? old.stored() : nullptr) {
      writer.replace(key, text, size, replaced->size);
    } else {
      writer.put(key, text, size);
    }
    effects_.items_written += 1;
  }
  old.replaced_ = true;
}

void WritePath::finish() {
  if (writer_) {
    writer_->count();
  }
}

}  // namespace ekiden::local::dynamodb
