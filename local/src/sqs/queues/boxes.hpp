/// Boxes: where the messages of a queue are. A purge is a new box, so it costs the same for any number of messages.
#pragma once

#include <cstdint>

#include "store/session.hpp"

namespace ekiden::local::sqs {

/// An empty box. `queue` is the row id of its queue.
std::int64_t make_box(Database& database, std::int64_t queue);

/// True if no message is in the box.
bool is_empty(Database& database, std::int64_t box);

/// Nothing refers to the box any more: its messages are gone, and sweep_boxes() deletes them.
void abandon_box(Session& session, std::int64_t box);

/// Deletes at most Session::housekeeping_left messages of abandoned boxes, and about 1 MiB. Returns true if there is
/// more to do.
bool sweep_boxes(Session& session);

}  // namespace ekiden::local::sqs
