#include "open.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "space.hpp"

namespace ekiden::local {

namespace {

void create_folder(const StorageOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    throw StartError("cannot create the data folder " + options.folder + " (" + error.message() +
                     "): choose another folder with --data, or use --memory");
  }
}

}  // namespace

std::string data_path(const StorageOptions& options) {
  return options.folder.empty() ? std::string() : options.folder + "/ekiden.db";
}

std::string failure_text(const DatabaseError& error, const std::string& folder) {
  if (!error.storage_failed() || folder.empty()) {
    return error.what();
  }
  return "the disk of the data folder " + folder +
         " is full or failing; free space there, or receive and delete messages: " + error.what();
}

// Constructs the Database in place, because it cannot be moved.
Database open_database(const StorageOptions& options, std::int64_t newest) {
  if (!options.folder.empty() && options.vfs.empty()) {
    create_folder(options);
  }
  DatabaseOptions database;
  if (!options.folder.empty()) {
    database.path = data_path(options);
    database.newest_format = newest;
  }
  database.vfs = options.vfs;
  database.synchronous = options.synchronous;
  for (bool again = true;; again = false) {
    try {
      return Database(database);
    } catch (const FormatError& error) {
      throw StartError("cannot use the data folder " + options.folder + ": " + error.what());
    } catch (const DatabaseError& error) {
      // A full disk can have no place for the file of the log.
      if (again && !options.folder.empty() && (error.storage_full() || error.cannot_open())) {
        Space::release(options.vfs, database.path);
        continue;
      }
      throw StartError("cannot open the data folder " + options.folder + " (" + error.what() +
                       "): choose a writable folder with free space that no other ekiden uses");
    }
  }
}

}  // namespace ekiden::local
