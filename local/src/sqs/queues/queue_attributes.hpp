/// Queue attributes: what each may be, and where it is kept.
#pragma once

#include "queues.hpp"
#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Checks `given` and writes it into `queue` (numbers) and `kept` (the rest; an empty value removes it).
/// Throws InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue.
void apply_attributes(Session& session, const Attributes& given, Queue& queue, Attributes& kept);

/// Writes both into the database and sets the time of modification.
void store_attributes(Session& session, Queue& queue, const Attributes& kept);

/// All that a user can set, as AWS spells it.
Attributes stored_attributes(Session& session, const Queue& queue);

AttributesResult get_queue_attributes(Session& session, const GetQueueAttributes& request);
Nothing set_queue_attributes(Session& session, const SetQueueAttributes& request);

}  // namespace ekiden::local::sqs
