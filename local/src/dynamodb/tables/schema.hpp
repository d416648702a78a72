/// The SQLite tables of DynamoDB.
#pragma once

namespace ekiden::local {
class Database;
}

namespace ekiden::local::dynamodb {

/// Creates them, in the newest format.
void create_tables(Database& database);

/// The same in the format of data version 1.
void create_tables_1(Database& database);
/// From data version 1 to 2: deleted tables.
void convert_to_2(Database& database);

}  // namespace ekiden::local::dynamodb
