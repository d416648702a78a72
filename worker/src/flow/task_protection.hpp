/// TaskProtection: asks Amazon ECS not to stop the task while a handler runs longer than a drain could wait. The time
/// is limited.
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

/// How long the end of a drain waits for the agent: the platform kills the process soon. Protection expires by itself.
inline constexpr runtime::Duration kProtectionGrace = std::chrono::seconds(1);

/// If a task were protected whenever it is busy, a backlog would protect it without end, and a deployment would wait
/// for its old tasks until it fails. So protection has three limits. It is held only while some handler has run longer
/// than `budget`. It is requested for a few minutes at a time, so that a worker that dies frees its task. And there is
/// a gap at least every `options.max`:
///
///   first half of max    messages are received as usual
///   second half of max   nothing is received; running handlers of up to half of max end under protection
///   after max            handlers that still run continue without protection. When none runs, the worker stays
///                        unprotected and receives nothing for 1 min, in which ECS can stop the task without loss.
///                        Then the cycle restarts
///
/// One minute without protection at any other time counts as a gap, too: in it, no handler ran longer than a drain can
/// wait. No answer of the agent stops the work. Each new failure is logged once as `protection.failed`.
class TaskProtection {
 public:
  /// `pipelines` must outlive this object. `budget`: how long a drain waits for handlers.
  TaskProtection(runtime::Env env, http::Transport& transport, TaskProtectionOptions options, runtime::Duration budget,
                 const std::vector<std::unique_ptr<Pipeline>>& pipelines);

  /// Runs until it is cancelled.
  Task<> run();
  /// Ends the protection at the end of a drain. Waits at most kProtectionGrace for the agent.
  Task<> release_at_the_end();

  bool in_force() const { return env_.clock.now() < expires_; }

 private:
  Task<> look();
  Task<> hold(runtime::TimePoint now);
  Task<> release(runtime::TimePoint now);
  void open_or_close(runtime::TimePoint now);
  void set_paused(bool paused);
  void log_failure(std::string fault);
  std::optional<runtime::TimePoint> oldest() const;
  bool is_long(runtime::TimePoint now) const;
  std::size_t in_flight() const;
  runtime::Duration held(runtime::TimePoint now) const;

  runtime::Env env_;
  aws::EcsAgent agent_;
  TaskProtectionOptions options_;
  runtime::Duration budget_;
  const std::vector<std::unique_ptr<Pipeline>>& pipelines_;

  runtime::TimePoint expires_;                    ///< The end of the present protection; in the past if there is none.
  runtime::TimePoint next_try_;                   ///< No call before this time, after a failure.
  std::optional<runtime::TimePoint> held_since_;  ///< When the first protection since the last gap began.
  std::optional<runtime::TimePoint> free_since_;  ///< Since when ECS can stop the task without loss.
  bool paused_ = false;
  bool logged_held_ = false;
  std::string logged_fault_;
};

}  // namespace ekiden::worker
