/// RowSource: the source of the rows for all reads of items.
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

/// A stored item.
struct StoredItem {
  std::string json;       ///< In canonical form.
  std::int64_t size = 0;  ///< In bytes, as DynamoDB counts them.
};

/// Rows in the order of their keys. It starts before the first row; call next() first.
///
/// A column is read only when its function is called, so counting rows never reads the items. Views are valid until the
/// next call of next(). Throws DatabaseError.
class Rows {
 public:
  explicit Rows(Statement statement) : statement_(std::move(statement)) {}

  /// Moves to the next row. Returns false if there is none.
  bool next() { return statement_.step(); }

  std::string_view hash_key() const { return statement_.blob(0); }
  std::string_view range_key() const { return statement_.blob(1); }
  std::size_t size() const { return static_cast<std::size_t>(statement_.integer(2)); }
  std::string_view item() const { return statement_.blob(3); }

 private:
  Statement statement_;
};

/// A source of items: a table, or later an index with keys of its own. Use it during one operation, inside its
/// transaction. Throws DatabaseError.
class RowSource {
 public:
  virtual ~RowSource() = default;

  /// The item with a key of this source, or nothing.
  virtual std::optional<StoredItem> find(const Key& key) const = 0;

  /// The rows of a Query: those of one hash key, forward or backward. `condition` must outlive the rows.
  virtual Rows matching(const KeyCondition& condition, bool forward) const = 0;

  /// The rows of a Scan: those after `key`. The empty key is before all others. `key` must outlive the rows.
  virtual Rows after(const Key& key) const = 0;
};

/// The rows of one table. GetItem, BatchGetItem and the write path always read here, because they use the table's keys.
/// Cheap to construct and copy.
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
