/// EcsAgent: what a task may ask of the ECS agent on its machine: protection from scale-in and deployments.
#pragma once

#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Where ECS puts the agent's address, in tasks that have one.
inline constexpr const char* kEcsAgentUri = "ECS_AGENT_URI";

/// The agent's task protection endpoint, at the address that ECS puts into ECS_AGENT_URI. The agent asks ECS with the
/// task's own role, which needs ecs:UpdateTaskProtection.
///
/// Limits:  each call waits 6 s at most: the agent gives ECS 4 s. The agent answers 40 requests a second for all of a
///          task's containers.
/// Errors:  none: what goes wrong is the answer.
/// Source:  ECS Developer Guide, "Task scale-in protection endpoint".
class EcsAgent {
 public:
  /// ECS takes 1 to 2,880.
  static constexpr std::chrono::minutes kProtectionMax{2'880};

  /// `transport` must outlive it, and it the tasks that it makes.
  EcsAgent(runtime::Env env, http::Transport& transport, std::string address);

  /// Protects the task for so long from now on. Yields why it is not, in one line; empty: it is.
  Task<std::string> protect(std::chrono::minutes time);
  /// Ends the protection. Yields why it could not be ended; empty: it is.
  Task<std::string> release();

 private:
  Task<std::string> put(bool enabled, std::string body);

  runtime::Env env_;
  http::Transport& transport_;
  std::string address_;
};

}  // namespace ekiden::aws
