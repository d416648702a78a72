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

/// The Store makes one for each operation, inside the transaction. The Store sets the first three members, the Frontend
/// sets what it knows about the client. Valid only during the operation's call.
struct Session {
  Database& database;
  runtime::Random& random;
  runtime::WallTime now;
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
};

}  // namespace ekiden::local
