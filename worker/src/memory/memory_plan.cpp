#include "memory_plan.hpp"

#include <ekiden/base/quantity.hpp>

#include <algorithm>
#include <cstddef>

#include "start/preflight.hpp"

namespace ekiden::worker {

namespace {

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;
constexpr std::uint64_t kGrowthOfQueue = 2 * kMebi;  // For each further queue.
constexpr std::uint64_t kGrowth = 12 * kMebi;        // Connections, TLS sessions, batches, threads, heap pages.

std::string bytes_text(std::uint64_t bytes) {
  return bytes % 1024 != 0    ? std::to_string(bytes) + " bytes"
         : bytes % kMebi != 0 ? std::to_string(bytes / 1024) + " KiB"
                              : base::format_mebibytes_up(bytes);
}

}  // namespace

MemoryBudget plan_memory(const std::optional<MemoryLimit>& limit, std::size_t queues, const std::string& queue,
                         std::uint64_t message_max) {
  if (!limit) {
    return {};
  }
  const std::uint64_t taken = limit->used + kGrowth + (queues - 1) * kGrowthOfQueue;
  const std::uint64_t usable = limit->bytes - limit->bytes / 10;
  const std::uint64_t share = (usable - std::min(usable, taken)) / queues;
  const std::uint64_t needed = MemoryBudget::cost_of(message_max);
  if (share < needed) {
    const std::uint64_t enough = (taken + needed * queues) * 10 / 9 + 1;
    throw StartError("the memory limit of " + base::format_mebibytes_up(limit->bytes) + " (" + limit->source +
                     ") is too small: this program needs " + base::format_mebibytes_up(taken) +
                     ", one message of queue " + queue + " (up to " + bytes_text(message_max) + ") needs " +
                     base::format_mebibytes_up(needed) + ", and 10 % must stay free. Set the limit to " +
                     base::format_mebibytes_up(enough) + " or more" +
                     (message_max > 64 * 1024 ? ", or lower the queue's MaximumMessageSize" : ""));
  }
  return {share, message_max};
}

}  // namespace ekiden::worker
