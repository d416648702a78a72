/// Session: what an operation of any service is applied with.
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

/// One for each operation, made by the Store inside the transaction. The Store sets the first three members, the
/// Frontend of the request what it knows of the client. Valid only inside the operation's call.
struct Session {
  Database& database;
  runtime::Random& random;
  runtime::WallTime now;
  /// What the operation did: told after the commit.
  Effects effects{};
  /// Fault injection: whether the next entry of a batch fails although nothing is wrong with it. May be empty.
  std::function<bool()> refuse_entry{};
  bool strict_purge = false;         ///< Refuse a second PurgeQueue of a queue within 60 s, as AWS does.
  std::string region = "us-east-1";  ///< The one that the client signed for.
  std::string_view base_url = "http://localhost:4566";  ///< Queue URLs begin with it. A view into the request's Call.

  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  }
};

}  // namespace ekiden::local
