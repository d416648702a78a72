// Check of the platform's memory limit.
#include <ekiden/base/quantity.hpp>

#include "visit.hpp"

namespace ekiden::worker::doctor {

void check_memory(const Visit& visit, Findings& findings) {
  constexpr std::string_view kName = "memory";
  const std::optional<MemoryLimit>& limit = visit.seams.memory_limit;
  if (!limit) {
    findings.ok(kName, "no limit: neither --memory-limit nor ECS nor a control group sets one");
  } else if (limit->bytes < kMemoryMin) {
    findings.fault(kName,
                   "limit " + base::format_mebibytes(limit->bytes) + " (" + limit->source +
                       "): too small, a worker does not start",
                   "set the limit to " + base::format_mebibytes(kMemoryMin) + " or more");
  } else {
    findings.ok(kName, "limit " + base::format_mebibytes(limit->bytes) + " (" + limit->source + ")");
  }
}

}  // namespace ekiden::worker::doctor
