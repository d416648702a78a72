/// ItemStore: the items of one table, in the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dynamodb/tables/table.hpp"
#include "store/database.hpp"

namespace ekiden::local::dynamodb {

/// For the length of one operation, inside the caller's transaction. Throws DatabaseError.
class ItemStore {
 public:
  ItemStore(Database& database, std::int64_t table_id) : database_(database), table_id_(table_id) {}

  /// The JSON of an item, or nothing.
  std::optional<std::string> load(const Key& key);

  /// `json` is the item in canonical form, `size` what it counts for.
  void put(const Key& key, std::string_view json, std::size_t size);

  /// Returns whether there was one.
  bool erase(const Key& key);

  /// Brings the table's counts up to date: to be called once, after the last put or erase.
  void count();

 private:
  Database& database_;
  std::int64_t table_id_;
  std::optional<Statement> insert_;
  std::int64_t items_added_ = 0;
  std::int64_t bytes_added_ = 0;
};

}  // namespace ekiden::local::dynamodb
