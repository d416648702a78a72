/// RowSource: where every read of items gets its rows from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dynamodb/expressions/key_condition.hpp"
#include "dynamodb/values/table.hpp"
#include "store/database.hpp"

namespace ekiden::local::dynamodb {

/// An item as it is stored.
struct StoredItem {
  std::string json;       ///< In canonical form.
  std::int64_t size = 0;  ///< In bytes, as DynamoDB counts it.
};

/// Rows in the order of their keys. Stands before the first row until next() is called.
///
/// Each column is read when it is asked for: counting rows never reads the items. Views are valid until the next call
/// of next(). Throws DatabaseError.
class Rows {
 public:
  explicit Rows(Statement statement) : statement_(std::move(statement)) {}

  /// Moves to the next row. False if there is none.
  bool next() { return statement_.step(); }

  std::string_view hash_key() const { return statement_.blob(0); }
  std::string_view range_key() const { return statement_.blob(1); }
  std::size_t size() const { return static_cast<std::size_t>(statement_.integer(2)); }
  std::string_view item() const { return statement_.blob(3); }

 private:
  Statement statement_;
};

/// Where items are read. An index implements it with the keys of its own. For the length of one operation, inside
/// its transaction. Throws DatabaseError.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// The item under a key of this source, or nothing.
  virtual std::optional<StoredItem> find(const Key& key) const = 0;

  /// What a Query reads: the rows of one hash key, forward or backward. `condition` must outlive the rows.
  virtual Rows matching(const KeyCondition& condition, bool forward) const = 0;

  /// What a Scan reads: the rows after `key`; the empty key stands before all of them. `key` must outlive the rows.
  virtual Rows after(const Key& key) const = 0;
};

/// The rows of one table. GetItem, BatchGetItem and the write path read here, always: their keys are the table's.
/// Cheap to make and to copy.
class TableRows final : public RowSource {
 public:
  TableRows(Database& database, const Table& table) : database_(&database), table_id_(table.id) {}

  std::optional<StoredItem> find(const Key& key) const override;
  Rows matching(const KeyCondition& condition, bool forward) const override;
  Rows after(const Key& key) const override;

 private:
  Database* database_;
  std::int64_t table_id_;
};

}  // namespace ekiden::local::dynamodb
