/// MemoryLimit: how much memory the process can use before the platform kills it.
#pragma once

#include <cstdint>
#include <string>

namespace ekiden::worker {

struct MemoryLimit {
  std::uint64_t bytes = 0;
  std::string source;      ///< Who set the limit, for messages: "EKIDEN_MEMORY_LIMIT", "cgroup memory.max".
  std::uint64_t used = 0;  ///< Bytes resident before the first message: program, libraries, the handler's own data.
};

/// The smallest limit in bytes with which a worker starts. A worker without a message has 18 MiB resident (measured on
/// x86-64 with one queue).
inline constexpr std::uint64_t kMemoryMin = std::uint64_t{32} << 20;

}  // namespace ekiden::worker
