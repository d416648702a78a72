/// What can be wrong with the folder of --data before a server opens it.
#pragma once

#include <ekiden/app/options.hpp>

namespace ekiden::cli {

/// Throws app::UsageError if the folder of --data holds something else than our database, or if another process has it
/// open: SQLite's own refusals of the two read alike, and the remedies do not. Opens nothing for writing.
void require_usable_data(const app::Options& options);

}  // namespace ekiden::cli
