/// open: the data folder of a server.
#pragma once

#include <ekiden/local/options.hpp>

#include <string>

#include "database.hpp"

namespace ekiden::local {

/// The file of the database; empty: in memory.
std::string data_path(const StorageOptions& options);

/// Opens the database, and creates the folder. `newest` is the newest format that this program reads. Throws
/// StartError.
Database open_database(const StorageOptions& options, std::int64_t newest);

/// SQLite's message. For a disk fault also the folder and what to do. Goes to the log and to the client.
std::string failure_text(const DatabaseError& error, const std::string& folder);

}  // namespace ekiden::local
