/// WritePath: the only way in which items change.
#pragma once

#include <cstddef>
#include <optional>

#include "dynamodb/values/attribute_value.hpp"
#include "row_source.hpp"
#include "row_writer.hpp"
#include "store/effects.hpp"

namespace ekiden::local::dynamodb {

/// The item with a key before a change. It is read at the first use, and parsed when its attributes are needed.
///
/// Use it before WritePath::apply(): afterwards there is another item with this key, and an item that was not read is
/// lost. Throws DatabaseError.
class OldItem {
 public:
  /// `key` must outlive this object.
  OldItem(TableRows rows, const Key& key, json::storage_ptr storage) : rows_(rows), key_(key), item_(storage) {}

  /// The stored item, or null if there is none.
  const StoredItem* stored();
  /// Empty if there is no item.
  const Item& item();

  /// True if it was already read, so that stored() costs nothing.
  bool known() const { return known_; }

 private:
  friend class WritePath;

  TableRows rows_;
  const Key& key_;
  std::optional<StoredItem> stored_;
  Item item_;
  bool known_ = false;
  bool parsed_ = false;
  bool replaced_ = false;  ///< apply() was called.
};

/// The item with a key after a change: in canonical form, or none.
struct NewItem {
  const Item* item = nullptr;  ///< Null: the item is removed.
  std::size_t size = 0;        ///< In bytes, as item_size() counts it.
};

/// The changes of one operation, inside its transaction. Call finish() after the last apply(). Throws DatabaseError.
class WritePath {
 public:
  WritePath(Database& database, Effects& effects) : database_(database), effects_(effects) {}

  /// Replaces `old` with `item`: stores or removes the row, and records the table's counts and the effect.
  ///
  /// PutItem, UpdateItem, DeleteItem and BatchWriteItem change items only by this function. So this is the one place
  /// for everything that follows from a change: rows of indexes, records of streams, locks of transactions, deletes at
  /// the end of the time to live. Such an addition reads `old` only for tables that need it: a put into another table
  /// reads no old item.
  ///
  /// The caller has already checked the request and its condition (with `old`), because a request cannot be rejected
  /// after its first change. Apply changes of the same table one after the other: its counts are then written once.
  void apply(const Table& table, const Key& key, OldItem& old, const NewItem& item);

  /// Writes the counts of the last changed table.
  void finish();

 private:
  RowWriter& writer_of(const Table& table);

  Database& database_;
  Effects& effects_;
  std::optional<RowWriter> writer_;  ///< Of the last changed table.
};

}  // namespace ekiden::local::dynamodb
