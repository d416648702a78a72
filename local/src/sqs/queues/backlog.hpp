/// Backlog: how many messages a queue holds, and which of them are too old.
#pragma once

#include <cstdint>

#include "queues.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// The most messages that one request expires or moves away; the next request goes on with the rest.
inline constexpr int kHousekeepingMax = 1'000;

struct Counts {
  std::int64_t visible = 0;
  std::int64_t delayed = 0;
  std::int64_t in_flight = 0;
};
Counts count_messages(Session& session, const Queue& queue);

/// Adds to the counts that are kept; `queue` is the queue's row id.
void add_counts(Session& session, std::int64_t queue, std::int64_t messages, std::int64_t in_flight);

/// True at AWS's limit of messages in flight. The count that is kept is never too low; only at the limit is it
/// corrected.
bool in_flight_limit_reached(Session& session, const Queue& queue);

/// Deletes one message, by its row id, because it is older than the queue's retention.
void remove_expired(Session& session, const Queue& queue, std::int64_t message);

/// Deletes messages older than the queue's retention, as far as they are the next to be received.
void drop_expired(Session& session, const Queue& queue);

}  // namespace ekiden::local::sqs
