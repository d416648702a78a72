// Surroundings: what the environment variables say about the platform that we run on.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <string>
#include <string_view>

namespace ekiden::worker::doctor {

/// Source: Amazon ECS Developer Guide, "Task metadata" and "Task IAM role".
struct Surroundings {
  explicit Surroundings(const aws::Environment& environment)
      : on_ecs(aws::non_empty(environment, "ECS_CONTAINER_METADATA_URI_V4").has_value()),
        on_fargate(aws::non_empty(environment, "AWS_EXECUTION_ENV") == "AWS_ECS_FARGATE"),
        has_task_role(aws::non_empty(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").has_value() ||
                      aws::non_empty(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI").has_value()) {}

  bool on_ecs;
  bool on_fargate;
  bool has_task_role;  ///< ECS offers the credentials of a task role.
};

/// True if the credentials are those that ECS offers the task.
inline bool are_the_tasks(std::string_view provider) {
  return provider.find("task role") != std::string_view::npos || provider.find("container") != std::string_view::npos;
}

/// Advice for a task that does not use its own role.
inline std::string use_the_task_role(const Surroundings& around, std::string_view provider) {
  if (!around.has_task_role) {
    return "set taskRoleArn in the task definition to the worker's role";
  }
  return "the task has a role, but the " + std::string(provider) +
         " took precedence: remove AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_PROFILE from the task definition "
         "and the image";
}

}  // namespace ekiden::worker::doctor
