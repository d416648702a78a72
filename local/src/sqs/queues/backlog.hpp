/// Backlog: how many messages a queue has, and which ones are too old.
#pragma once

#include <cstdint>

#include "queues.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

struct Counts {
  std::int64_t visible = 0;
  std::int64_t delayed = 0;
  std::int64_t in_flight = 0;
};
Counts count_messages(Session& session, const Queue& queue);

/// Changes the stored counts. `queue` is the queue's row id.
void add_counts(Session& session, std::int64_t queue, std::int64_t messages, std::int64_t in_flight);

/// True at AWS's limit of messages in flight. The stored count is never too low; it is corrected only at the limit.
bool in_flight_limit_reached(Session& session, const Queue& queue);

/// Deletes one message, by its row id, because its retention period is over.
void remove_expired(Session& session, const Queue& queue, std::int64_t message);

/// Deletes messages whose retention period is over, if they are the next ones to be received. Sets Effects::again if
/// there were too many.
void drop_expired(Session& session, const Queue& queue);

}  // namespace ekiden::local::sqs
