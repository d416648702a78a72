/// find_memory_limit: how much memory this process can use before the platform kills it.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/aws/platform/ecs_metadata.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/worker/memory_limit.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::app {

struct MemoryFindings {
  std::optional<worker::MemoryLimit> limit;  ///< The smallest limit; empty: there is none.
  std::vector<std::string> faults;           ///< Errors of the ECS metadata endpoint, to be logged; the worker starts.
  aws::EcsFacts task{};                      ///< What ECS says about the task: its ids, besides its limit.
};

/// Finds the smallest of these limits; of equal ones the first in this order:
///
///   `asked`        the operator's limit: --memory-limit
///   ECS            the limits of the container and of the task, if ECS_CONTAINER_METADATA_URI_V4 is set
///   cgroups        v2 and v1, read from the files below `root` ("/" except in tests)
///
/// A source sets no limit if its value is "max", 0, not a number, or 2^60 bytes or more. Uses the network only if the
/// variable is set, and then for at most two seconds. `transport` must outlive the task.
Task<MemoryFindings> find_memory_limit(http::Transport& transport, aws::Environment environment,
                                       std::optional<worker::MemoryLimit> asked, std::filesystem::path root);

/// The same for this process. Runs the process's loop, so call it before the service starts.
MemoryFindings find_memory_limit(Process& process, const Options& options);

/// Throws UsageError if the limit is below worker::kMemoryMin: a worker that started anyway would be killed and
/// restarted again and again.
void require_memory(const std::optional<worker::MemoryLimit>& limit);

}  // namespace ekiden::app
