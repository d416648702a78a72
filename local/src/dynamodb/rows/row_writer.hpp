/// RowWriter: the write half of TableRows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dynamodb/values/table.hpp"
#include "store/database.hpp"

namespace ekiden::local::dynamodb {

/// Writes the rows of one table and keeps account of its counts. Only the write path uses it (write_path.hpp).
///
/// For the length of one operation, inside its transaction. Throws DatabaseError.
class RowWriter {
 public:
  RowWriter(Database& database, std::int64_t table_id) : database_(database), table_id_(table_id) {}

  std::int64_t table_id() const { return table_id_; }

  /// Stores an item, whether or not there is one under the key. `json` is in canonical form, `size` in bytes as
  /// DynamoDB counts it.
  void put(const Key& key, std::string_view json, std::int64_t size);

  /// Stores an item over one that is known to be there, and its size.
  void replace(const Key& key, std::string_view json, std::int64_t size, std::int64_t old_size);

  /// Returns whether there was an item.
  bool erase(const Key& key);

  /// Brings the table's counts up to date with all changes since the last call.
  void count();

 private:
  Database& database_;
  std::int64_t table_id_;
  std::optional<Statement> insert_;
  std::int64_t items_added_ = 0;
  std::int64_t bytes_added_ = 0;
};

/// Removes all rows of a table that is being deleted. As on AWS, this is no change of its items.
void erase_rows(Database& database, std::int64_t table_id);

}  // namespace ekiden::local::dynamodb
