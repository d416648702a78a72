/// Queue attributes: allowed values, and how they are stored.
#pragma once

#include "queues.hpp"
#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Checks `given` and writes it into `queue` (numbers) and `kept` (the others; an empty value removes one). Throws
/// InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue.
void apply_attributes(Session& session, const Attributes& given, Queue& queue, Attributes& kept);

/// Writes both into the database and sets the time of modification.
void store_attributes(Session& session, Queue& queue, const Attributes& kept);

/// All attributes that a user can set, in AWS's spelling.
Attributes stored_attributes(Session& session, const Queue& queue);

AttributesResult get_queue_attributes(Session& session, const GetQueueAttributes& request);
Nothing set_queue_attributes(Session& session, const SetQueueAttributes& request);

}  // namespace ekiden::local::sqs
