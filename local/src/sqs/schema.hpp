/// The SQLite tables of SQS.
#pragma once

namespace ekiden::local {
class Database;
}

namespace ekiden::local::sqs {

/// Creates them, in the format of data version 1.
void create_tables(Database& database);

}  // namespace ekiden::local::sqs
