/// The format of the data folder: one SQLite file with the tables of both services.
#pragma once

#include <span>

#include "store/database.hpp"
#include "store/session.hpp"

namespace ekiden::local {

/// The steps from an empty file to the newest version, for migrate(). Never change a step that was released. A new step
/// needs a data folder of its version in test/store/folders/.
std::span<const Migration> schema_steps();

/// Deletes a part of the data that nothing refers to: the messages of purged and deleted queues, the items of deleted
/// tables. Returns true if there is more.
bool sweep(Session& session);

}  // namespace ekiden::local
