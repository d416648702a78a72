/// The memory plan: how much of the platform's memory limit is left for messages.
#pragma once

#include <ekiden/worker/memory_limit.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "memory_budget.hpp"

namespace ekiden::worker {

/// The budget of queue `queue`, one of `queues` queues that share equally. From the limit are subtracted: a tenth,
/// because the kernel counts more than the process does; the memory in use; 12 MiB for connections and buffers; 2 MiB
/// for each further queue. Unbounded if there is no limit. Throws StartError if one message of `message_max` bytes does
/// not fit: a worker that does not start is better than one that the platform kills and restarts without end.
MemoryBudget plan_memory(const std::optional<MemoryLimit>& limit, std::size_t queues, const std::string& queue,
                         std::uint64_t message_max);

}  // namespace ekiden::worker
