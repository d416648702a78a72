/// The SQLite tables of SQS.
#pragma once

#include <cstdint>

namespace ekiden::local {
class Database;
}

namespace ekiden::local::sqs {

/// Creates them, in the newest format.
void create_tables(Database& database);

/// The same in the format of data version 1.
void create_tables_1(Database& database);
/// From data version 1 to 2: boxes (queues/boxes.hpp).
void convert_to_2(Database& database);
/// The latest time in the data, in milliseconds; 0 if there is none. Reads every message.
std::int64_t latest_stamp(Database& database);

}  // namespace ekiden::local::sqs
