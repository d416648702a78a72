/// The format of the data folder: one SQLite file with the tables of both services.
#pragma once

#include <span>

#include "store/database.hpp"

namespace ekiden::local {

/// The steps from an empty file to the newest version, for migrate(). Never change a step that was released. A new step
/// needs a data folder of its version in test/store/folders/.
std::span<const Migration> schema_steps();

}  // namespace ekiden::local
