/// Checks the folder of --data before a server opens it.
#pragma once

#include <ekiden/app/options.hpp>

namespace ekiden::cli {

/// Throws app::UsageError if the database file in the folder of --data is not a database, or if another process has it
/// open. SQLite reports the two with similar errors, but they need different remedies. Opens nothing for writing.
void require_usable_data(const app::Options& options);

}  // namespace ekiden::cli
