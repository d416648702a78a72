/// Effects: what an operation did, reported after its commit.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ekiden::local {

/// Messages that became visible, or will at a given time.
struct Arrival {
  std::int64_t queue = 0;          ///< The queue's row id.
  std::int64_t visible_at_ms = 0;  ///< Queue time.
  std::int64_t count = 0;
};

/// An empty receive that can wait.
struct Poll {
  std::int64_t queue = 0;
  std::int64_t wait_ms = 0;  ///< How long the caller, or the queue's setting, wants to wait; 0: not at all.
  std::optional<std::int64_t> next_visible_at_ms;  ///< When the first hidden message becomes visible.
};

/// A message that a receive returned.
struct HandedOut {
  std::int64_t queue = 0;
  std::int64_t message = 0;
  std::int64_t nonce = 0;
};

/// Collected while an operation is executed, and reported only after its commit.
struct Effects {
  std::vector<Arrival> arrivals;
  std::vector<std::int64_t> queues_removed;
  std::vector<HandedOut> handed_out;  ///< By a receive. Undone if its client is gone.
  std::int64_t messages_sent = 0;
  std::int64_t messages_received = 0;
  std::int64_t messages_deleted = 0;
  std::int64_t items_written = 0;  ///< DynamoDB: items put, updated or deleted.
  std::optional<Poll> poll;        ///< Set by a receive without messages.
  bool garbage = false;            ///< Data became unreachable: the Store's Sweep has work.
  bool again = false;  ///< The operation found more to expire than one group may: its answer is not final, apply it
                       ///< again.
};

}  // namespace ekiden::local
