/// The JSON of /status.json. docs/status.md describes it.
#pragma once

#include <ekiden/ops/metrics.hpp>
#include <ekiden/ops/status_server.hpp>
#include <ekiden/runtime/control.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::ops {

struct Identity {
  std::string_view name;
  std::string_view version;
  std::string_view task;  ///< The ECS task id. Empty: none.
  int pid = 0;
  std::uint64_t memory_bytes = 0;  ///< Resident memory.
  const std::optional<MemoryBound>& memory_limit;
};

std::string status_json(const Identity& who, const runtime::Status& status, const std::vector<Reading>& readings);

}  // namespace ekiden::ops
