/// The region of the machine that this runs on, as the machine tells it.
#pragma once

#include <ekiden/aws/environment.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <optional>
#include <string>

namespace ekiden::aws {

/// For the last place where AWS's tools look for a region: in a container of ECS the task's own
/// (ECS_CONTAINER_METADATA_URI_V4: agents older than 2026 set no AWS_REGION on EC2), else the instance's, unless
/// AWS_EC2_METADATA_DISABLED is true. Nothing where neither answers within a second. Never throws for what a peer does.
/// Source: ECS Developer Guide, "Task metadata endpoint version 4"; EC2 User Guide, "Instance metadata" (IMDSv2).
Task<std::optional<std::string>> instance_region(runtime::Env env, http::Transport& transport, Environment environment);

}  // namespace ekiden::aws
