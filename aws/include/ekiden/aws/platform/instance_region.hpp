/// The region of this machine, from the metadata services of ECS and EC2.
#pragma once

#include <ekiden/aws/environment.hpp>
#include <ekiden/http/transport.hpp>

#include <optional>
#include <string>

namespace ekiden::aws {

/// The last source of a region, as in AWS's tools. In an ECS container: the region of the task, from the endpoint in
/// ECS_CONTAINER_METADATA_URI_V4 (ECS agents older than 2026 do not set AWS_REGION on EC2). Otherwise: the region of
/// the instance, unless AWS_EC2_METADATA_DISABLED is true.
///
/// Returns nothing if no endpoint connects and answers, each within 1 s. Never throws for a failed call.
/// Source: ECS Developer Guide, "Task metadata endpoint version 4"; EC2 User Guide, "Instance metadata" (IMDSv2).
Task<std::optional<std::string>> instance_region(http::Transport& transport, Environment environment);

}  // namespace ekiden::aws
