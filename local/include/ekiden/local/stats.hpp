/// Stats: what the service did since it started.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstdint>
#include <optional>

namespace ekiden::local {

/// When something was committed, on both clocks.
struct Instant {
  runtime::TimePoint monotonic;
  runtime::WallTime wall;
};

/// Counts of committed effects. Read and written on the event loop.
struct Stats {
  std::int64_t messages_sent = 0;
  std::int64_t messages_received = 0;
  std::int64_t messages_deleted = 0;
  std::int64_t items_written = 0;
  std::int64_t requests = 0;
  std::int64_t groups = 0;            ///< Commits.
  std::int64_t operations = 0;        ///< That went into them.
  std::optional<Instant> first_item;  ///< The commit of the first item written.
  std::optional<Instant> last_item;
  std::optional<Instant> last_delete;  ///< The commit of the last message deleted so far.
};

}  // namespace ekiden::local
