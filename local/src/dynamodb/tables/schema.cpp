#include "schema.hpp"

#include "store/database.hpp"

namespace ekiden::local::dynamodb {

void create_tables(Database& database) {
  create_tables_1(database);
  convert_to_2(database);
}

void create_tables_1(Database& database) {
  // Types as on the wire: S, N or B. range_name is NULL without a range key; ttl_attribute is NULL while TTL is off.
  database.exec(R"(
    CREATE TABLE dynamodb_tables(
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      hash_name TEXT NOT NULL,
      hash_type TEXT NOT NULL,
      range_name TEXT,
      range_type TEXT,
      on_demand INTEGER NOT NULL,
      read_units INTEGER NOT NULL,
      write_units INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      uuid TEXT NOT NULL,
      ttl_attribute TEXT))");
  // Separate from dynamodb_tables, because every write changes it.
  database.exec(R"(
    CREATE TABLE dynamodb_counts(table_id INTEGER PRIMARY KEY, items INTEGER NOT NULL, bytes INTEGER NOT NULL))");
  // The keys are encoded so that the order of the rows is DynamoDB's order. range_key is empty in a table without a
  // range key. item is the JSON of the whole item; size is its size as DynamoDB counts it. size comes before item, so
  // that counting never reads the item.
  database.exec(R"(
    CREATE TABLE dynamodb_items(
      table_id INTEGER NOT NULL,
      hash_key BLOB NOT NULL,
      range_key BLOB NOT NULL,
      size INTEGER NOT NULL,
      item BLOB NOT NULL,
      PRIMARY KEY(table_id, hash_key, range_key)) WITHOUT ROWID)");
}

void convert_to_2(Database& database) {
  // Tables that are deleted, and may have items left. Ids of tables are never reused.
  database.exec("CREATE TABLE dynamodb_deleted_tables(table_id INTEGER PRIMARY KEY)");
}

}  // namespace ekiden::local::dynamodb
