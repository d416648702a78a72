/// TaskProtectionOptions: whether, and for how long, a task of ECS may hold up those who would stop it.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <string>

namespace ekiden::worker {

/// Off unless somebody asks: the drain is the protection. Where handlers run longer than a drain can wait,
/// `automatic` keeps ECS from stopping the task meanwhile. docs/protection.md tells how.
struct TaskProtectionOptions {
  bool automatic = false;
  std::string agent;  ///< The ECS agent's address (ECS_AGENT_URI); empty: there is none, which is told once.
  /// The longest that protection is held without a gap: twice the longest handler, or more.
  runtime::Duration max = std::chrono::minutes(30);
};

}  // namespace ekiden::worker
