// Reads the answers of ECS's endpoints, as pure functions. They never throw: what is wrong is described in one line.
#pragma once

#include <ekiden/aws/platform/ecs_metadata.hpp>

#include <string>

namespace ekiden::aws {

/// The answer of the task metadata endpoint, for a task or a container.
EcsFacts read_metadata(const std::string& body);

/// Why the agent's answer does not confirm the requested task protection; empty if it does.
std::string protection_fault(int status, const std::string& body, bool enabled);

}  // namespace ekiden::aws
