/// MemoryLimit: how much memory the platform grants the process before it kills it.
#pragma once

#include <cstdint>
#include <string>

namespace ekiden::worker {

struct MemoryLimit {
  std::uint64_t bytes = 0;
  std::string source;      ///< Who set it, for the operator: "EKIDEN_MEMORY_LIMIT", "cgroup memory.max".
  std::uint64_t used = 0;  ///< Resident before the first message: the program, its libraries, what its handler loaded.
};

/// Less is refused at the start: a worker without a message has 18 MiB resident (measured on x86-64, with one queue).
inline constexpr std::uint64_t kMemoryMin = std::uint64_t{32} << 20;

}  // namespace ekiden::worker
