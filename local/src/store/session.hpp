/// Session: the context of an operation of any service.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "database.hpp"
#include "effects.hpp"

namespace ekiden::local {

class Space;

/// The most messages that the operations of one group expire or move in passing: a few milliseconds of work. What is
/// left is done by the next group (Effects::again).
inline constexpr int kHousekeepingMax = 500;

/// The Store makes one for each operation, inside the transaction. The Frontend sets what it knows about the client.
/// Valid only during the operation's call.
struct Session {
  Database& database;
  runtime::Random& random;
  /// Queue time (queue_clock.hpp): for everything that is compared later, such as when a message becomes visible.
  runtime::WallTime now;
  /// Added to a time in the data that a client sees.
  runtime::Duration shown_offset{};
  int housekeeping_left = kHousekeepingMax;  ///< Of the group.
  Space* space = nullptr;                    ///< Null: there is always space.
  /// What the operation did; reported after the commit.
  Effects effects{};
  /// Fault injection: returns true if the next entry of a batch must fail although it is valid. Can be empty.
  std::function<bool()> refuse_entry{};
  bool strict_purge = false;         ///< Reject a second PurgeQueue of a queue within 60 s, as AWS does.
  std::string region = "us-east-1";  ///< The region in the client's signature.
  std::string_view base_url = "http://localhost:4566";  ///< The start of queue URLs. A view into the request's Call.

  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  }
  /// A time in the data, on the clock of the clients.
  std::int64_t shown_ms(std::int64_t queue_ms) const {
    return queue_ms + std::chrono::duration_cast<std::chrono::milliseconds>(shown_offset).count();
  }
  /// Call it before the first change of an operation that makes the data larger. Throws NoRoom on a full disk.
  void require_room() const;
};

}  // namespace ekiden::local
