/// The memory plan: what of the platform's limit is left for messages.
#pragma once

#include <ekiden/worker/memory_limit.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "memory_budget.hpp"

namespace ekiden::worker {

/// The budget of one of `queues` queues, which share equally: a tenth of the limit stays free, for what the kernel
/// counts besides; what the process uses already and 12 MiB for its connections and buffers, and 2 MiB for each further
/// queue, are taken off. Unbounded where there is no limit. Throws StartError where not one of the queue's largest
/// messages fits: better not to start than to be killed, and started, for ever.
MemoryBudget plan_memory(const std::optional<MemoryLimit>& limit, std::size_t queues, const std::string& queue,
                         std::uint64_t message_max);

}  // namespace ekiden::worker
