/// How much memory this process may use before the platform kills it, from whoever tells of it.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/aws/platform/ecs_metadata.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/memory_limit.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::app {

struct MemoryFindings {
  std::optional<worker::MemoryLimit> limit;  ///< The smallest; nothing: nobody sets one.
  std::vector<std::string> faults;  ///< Why ECS's metadata told less than it should: nothing that stops a start.
  aws::EcsFacts task{};             ///< What ECS answered of the task: who it is, besides its limit.
};

/// The smallest of
///
///   `asked`        what the operator says: --memory-limit
///   ECS            the limits of the container and of the task, where ECS_CONTAINER_METADATA_URI_V4 is set
///   cgroups        v2 and v1, below `root`
///
/// "max", 0, nonsense, and 2^60 bytes and more mean no limit; of equals the first in this order. Asks the network
/// only where the variable is set, and then for at most two seconds. `transport` must outlive the task.
Task<MemoryFindings> find_memory_limit(runtime::Env env, http::Transport& transport, aws::Environment environment,
                                       std::optional<worker::MemoryLimit> asked, std::filesystem::path root);

/// The same of this process, before its service starts.
MemoryFindings find_memory_limit(Process& process, const Options& options);

/// Throws UsageError where the limit is below worker::kMemoryMin: a worker that starts all the same would be killed
/// and started again, without end.
void require_memory(const std::optional<worker::MemoryLimit>& limit);

}  // namespace ekiden::app
