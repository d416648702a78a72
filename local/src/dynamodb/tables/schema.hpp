/// The SQLite tables of DynamoDB.
#pragma once

namespace ekiden::local {
class Database;
}

namespace ekiden::local::dynamodb {

/// Creates them, in the format of data version 1.
void create_tables(Database& database);

}  // namespace ekiden::local::dynamodb
