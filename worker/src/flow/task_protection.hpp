/// TaskProtection: keeps ECS from stopping the task while a handler runs longer than a drain could wait, but not for
/// ever.
#pragma once

#include <ekiden/aws/platform/ecs_agent.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task.hpp>
#include <ekiden/worker/task_protection.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline.hpp"

namespace ekiden::worker {

/// Protection that is held while a worker is busy is held for ever under a backlog: a deployment then waits for its old
/// tasks until it fails. So it is held only while some handler runs longer than `budget`; in steps of minutes, so that
/// a worker that dies frees its task; and there is a gap at the latest every `options.max`:
///
///   half of it       messages are received as ever
///   the other half   nothing is received; handlers up to half of the maximum long end under protection
///   then             whatever still runs runs unprotected. Once nothing does, a minute passes without protection and
///                    without receives, in which ECS may stop the task and nothing is lost; then all begins anew
///
/// A minute without protection at any other time is such a gap, too: no handler ran that a drain could not wait for.
/// What the agent answers never stops the work; each new answer is told once.
class TaskProtection {
 public:
  /// The pipelines must outlive it. `budget`: how long a drain waits for handlers.
  TaskProtection(runtime::Env env, http::Transport& transport, TaskProtectionOptions options, runtime::Duration budget,
                 const std::vector<std::unique_ptr<Pipeline>>& pipelines);

  /// Until it is cancelled.
  Task<> run();
  /// The end of a drain: the protection with it, if the agent answers soon.
  Task<> release_at_the_end();

  bool in_force() const { return env_.clock.now() < expires_; }

 private:
  Task<> look();
  Task<> hold(runtime::TimePoint now);
  Task<> release(runtime::TimePoint now);
  void open_or_close(runtime::TimePoint now);
  void set_paused(bool paused);
  void tell(std::string fault);
  std::optional<runtime::TimePoint> oldest() const;
  bool is_long(runtime::TimePoint now) const;
  std::size_t in_flight() const;
  runtime::Duration held(runtime::TimePoint now) const;

  runtime::Env env_;
  aws::EcsAgent agent_;
  TaskProtectionOptions options_;
  runtime::Duration budget_;
  const std::vector<std::unique_ptr<Pipeline>>& pipelines_;

  runtime::TimePoint expires_;                    ///< Of the present protection, if it is not over.
  runtime::TimePoint next_try_;                   ///< After a failure.
  std::optional<runtime::TimePoint> held_since_;  ///< The first protection since the last gap.
  std::optional<runtime::TimePoint> free_since_;  ///< Neither protection nor, while paused, anything in hand.
  bool paused_ = false;
  bool told_held_ = false;
  std::string told_fault_;
};

}  // namespace ekiden::worker
