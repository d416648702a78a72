/// Supervisor: starts, watches, restarts and stops actors, as OTP's does.
#pragma once

#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ekiden::runtime {

enum class Restart {
  kPermanent,  ///< Always.
  kTransient,  ///< After a crash only.
  kTemporary   ///< Never.
};

enum class Strategy {
  kOneForOne,  ///< Only the child that ended is restarted.
  kOneForAll,  ///< All children are stopped, in reverse order, and restarted in order.
  kRestForOne  ///< The child that ended and those started after it.
};

struct ChildSpec {
  std::string name;
  std::function<std::unique_ptr<Actor>()> make;
  Restart restart = Restart::kPermanent;
  Duration shutdown_grace = std::chrono::seconds(5);
};

/// More than `restarts` within `window`: the supervisor gives up and escalates. (OTP: intensity and period.)
struct RestartIntensity {
  unsigned restarts = 5;
  Duration window = std::chrono::seconds(10);
};

/// The delay before a restart; what counts as a failure is each restart within the window before it.
inline constexpr Backoff kRestartBackoff{.initial = std::chrono::milliseconds(20), .max = std::chrono::seconds(2)};

struct SupervisorOptions {
  std::string name = "root";
  Strategy strategy = Strategy::kOneForOne;
  RestartIntensity intensity{};
  Backoff backoff = kRestartBackoff;
};

/// Thrown by Supervisor::run() when its children crash more often than allowed: its parent's crash.
class Escalation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Itself an Actor, so that supervisors nest. run() returns when it was stopped, or when no child is left that will
/// ever run again; it throws Escalation when it gives up. Either way every child has ended, in reverse order of start.
class Supervisor final : public Actor {
 public:
  Supervisor(Env env, SupervisorOptions options, std::vector<ChildSpec> children);
  ~Supervisor() override;

  Task<> run() override;
  void request_stop() noexcept override;
  void describe(ActorStatus& status) const override;

  /// The tree from here down.
  ActorStatus status() const;

  /// Crashes the named child (anywhere below) as if it had thrown; false if it is not running. For tests and drills.
  bool crash(const std::string& name);

 private:
  struct Child;
  struct Exit {
    std::size_t index;
    std::uint64_t life;
    std::exception_ptr error;
  };

  Task<> supervise();
  void start(Child& child);
  Task<> stop(Child& child);
  Task<> stop_all();
  Task<> stop_from(std::size_t first);
  Task<> handle(Exit exit);
  Task<> restart_after(std::size_t index, const std::string& cause);
  Duration next_delay();
  bool any_left() const;

  Env env_;
  SupervisorOptions options_;
  std::vector<std::unique_ptr<Child>> children_;
  TaskGroup tasks_;
  std::deque<Exit> exits_;
  std::deque<TimePoint> recent_restarts_;
  Condition changed_;
  bool stopping_ = false;
};

}  // namespace ekiden::runtime
