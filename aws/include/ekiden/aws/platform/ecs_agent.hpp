/// EcsAgent: asks the ECS agent to protect this task from scale-in and deployments.
#pragma once

#include <ekiden/http/transport.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// The variable in which ECS sets the agent's address, if the task has an agent.
inline constexpr const char* kEcsAgentUri = "ECS_AGENT_URI";

/// Calls the agent's task protection endpoint at the address in ECS_AGENT_URI. The agent calls ECS with the task's own
/// role, which needs ecs:UpdateTaskProtection.
///
/// Limits:  each call waits at most 6 s for a silent agent; the agent itself waits 4 s for ECS. The agent answers 40
/// requests a second for
///          all containers of a task.
/// Errors:  never throws for a failed call; the returned text says what failed.
/// Source:  ECS Developer Guide, "Task scale-in protection endpoint".
class EcsAgent {
 public:
  /// ECS accepts 1 to 2,880 minutes.
  static constexpr std::chrono::minutes kProtectionMax{2'880};

  /// `transport` must outlive this object, and this object must outlive its tasks.
  EcsAgent(http::Transport& transport, std::string address);

  /// Protects the task for `time` from now on. Returns an empty text, or one line that says why it failed.
  Task<std::string> protect(std::chrono::minutes time);
  /// Ends the protection. Returns an empty text, or one line that says why it failed.
  Task<std::string> release();

 private:
  Task<std::string> put(bool enabled, std::string body);

  http::Transport& transport_;
  std::string address_;
};

}  // namespace ekiden::aws
