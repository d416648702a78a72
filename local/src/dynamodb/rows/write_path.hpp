/// WritePath: the one way in which items change.
#pragma once

#include <cstddef>
#include <optional>

#include "dynamodb/values/attribute_value.hpp"
#include "row_source.hpp"
#include "row_writer.hpp"
#include "store/effects.hpp"

namespace ekiden::local::dynamodb {

/// The item that stands under a key before a change: read when it is first asked for, parsed when its attributes are.
///
/// What needs it must ask before WritePath::apply(): afterwards another item stands under the key, so an item that was
/// not read is lost. Throws DatabaseError.
class OldItem {
 public:
  /// `key` must outlive this object.
  OldItem(TableRows rows, const Key& key, json::storage_ptr storage) : rows_(rows), key_(key), item_(storage) {}

  /// As it is stored, or null if there is none.
  const StoredItem* stored();
  /// Empty if there is none.
  const Item& item();

  /// Whether it was asked for, so that stored() costs nothing.
  bool known() const { return known_; }

 private:
  friend class WritePath;

  TableRows rows_;
  const Key& key_;
  std::optional<StoredItem> stored_;
  Item item_;
  bool known_ = false;
  bool parsed_ = false;
  bool replaced_ = false;  ///< By apply().
};

/// What stands under a key after a change: an item in canonical form, or nothing.
struct NewItem {
  const Item* item = nullptr;  ///< Null: the item is removed.
  std::size_t size = 0;        ///< In bytes, as item_size() counts it.
};

/// The changes of one operation, inside its transaction. Call finish() after the last apply(). Throws DatabaseError.
class WritePath {
 public:
  WritePath(Database& database, Effects& effects) : database_(database), effects_(effects) {}

  /// Puts `item` in the place of `old`: stores or removes the row, notes the table's counts and the effect.
  ///
  /// PutItem, UpdateItem, DeleteItem and BatchWriteItem change items by this function only. Whatever follows from a
  /// change is added here, once: the rows of indexes, the records of streams, what a transaction has locked, and
  /// deletes when the time to live ends. Such an addition asks `old` for what it needs, for the tables that have it
  /// only: a put into any other table reads no old item.
  ///
  /// The caller has checked the request and its condition (with `old`), because nothing may be refused after the first
  /// change. Changes of the same table should follow each other: its counts are then written once.
  void apply(const Table& table, const Key& key, OldItem& old, const NewItem& item);

  /// Writes the counts of the table that was changed last.
  void finish();

 private:
  RowWriter& writer_of(const Table& table);

  Database& database_;
  Effects& effects_;
  std::optional<RowWriter> writer_;  ///< Of the table that was changed last.
};

}  // namespace ekiden::local::dynamodb
