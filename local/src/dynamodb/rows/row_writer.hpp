/// RowWriter: writes the rows that TableRows reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dynamodb/values/table.hpp"
#include "store/database.hpp"
#include "store/session.hpp"

namespace ekiden::local::dynamodb {

/// Writes the rows of one table and counts the changes. Only the write path uses it (write_path.hpp).
///
/// Use it during one operation, inside its transaction. Throws DatabaseError.
class RowWriter {
 public:
  RowWriter(Database& database, std::int64_t table_id) : database_(database), table_id_(table_id) {}

  std::int64_t table_id() const { return table_id_; }

  /// Stores an item; replaces an existing one. `json` is in canonical form, `size` in bytes as DynamoDB counts them.
  void put(const Key& key, std::string_view json, std::int64_t size);

  /// Replaces an existing item of size `old_size`.
  void replace(const Key& key, std::string_view json, std::int64_t size, std::int64_t old_size);

  /// Returns true if there was an item.
  bool erase(const Key& key);

  /// Adds the changes since the last call to the table's counts.
  void count();

 private:
  Database& database_;
  std::int64_t table_id_;
  std::optional<Statement> insert_;
  std::int64_t items_added_ = 0;
  std::int64_t bytes_added_ = 0;
};

/// Nothing refers to the rows of this table any more: sweep_rows() deletes them. As on AWS, this does not count as a
/// change of items.
void abandon_rows(Session& session, std::int64_t table_id);

/// Deletes at most Session::housekeeping_left rows of deleted tables, and about 1 MiB. Returns true if there is more to
/// do.
bool sweep_rows(Session& session);

}  // namespace ekiden::local::dynamodb
