/// TaskProtectionOptions: whether, and for how long, an Amazon ECS task is protected from scale-in and deployments.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <string>

namespace ekiden::worker {

/// Off by default, because a drain settles every message. If handlers run longer than a drain can wait, `automatic`
/// asks ECS not to stop the task while they run. docs/protection.md describes when protection is held.
struct TaskProtectionOptions {
  bool automatic = false;
  std::string
      agent;  ///< The ECS agent's URL (ECS_AGENT_URI). Empty: no protection; `protection.failed` is logged once.
  /// The longest time for which protection is held without a gap. Set it to at least twice the longest handler.
  runtime::Duration max = std::chrono::minutes(30);
};

}  // namespace ekiden::worker
