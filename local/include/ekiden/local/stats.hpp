/// Stats: counts since the start of the service.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstdint>
#include <optional>

namespace ekiden::local {

/// The time of a commit, on both clocks.
struct Instant {
  runtime::TimePoint monotonic;
  runtime::WallTime wall;
};

/// Counts of committed operations. Read and written on the event loop.
struct Stats {
  std::int64_t messages_sent = 0;
  std::int64_t messages_received = 0;
  std::int64_t messages_deleted = 0;
  std::int64_t items_written = 0;
  std::int64_t requests = 0;
  std::int64_t groups = 0;            ///< Commits.
  std::int64_t operations = 0;        ///< Operations in those commits.
  std::optional<Instant> first_item;  ///< When the first item was committed.
  std::optional<Instant> last_item;
  std::optional<Instant> last_delete;  ///< When the latest delete of a message was committed.
};

}  // namespace ekiden::local
