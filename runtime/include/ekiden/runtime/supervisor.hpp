/// Supervisor: starts, watches, restarts and stops actors, like a supervisor in Erlang/OTP.
#pragma once

#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
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
  kOneForOne,  ///< Restarts only the child that ended.
  kOneForAll,  ///< Stops all children in reverse order and restarts them in order.
  kRestForOne  ///< Restarts the child that ended and those that were started after it.
};

struct ChildSpec {
  std::string name;
  std::function<std::unique_ptr<Actor>()> make;
  Restart restart = Restart::kPermanent;
  /// How long a stop waits for the child to end before it cancels the child. Empty: until it ends. Use that for a
  /// supervisor, because it limits the time of its own children.
  std::optional<Duration> shutdown_grace = std::chrono::seconds(5);
  /// True: a stop asks this child and the next one to end at the same time.
  bool stops_with_next = false;
};

/// A supervisor escalates if there are more than `restarts` within `window`. (OTP: intensity and period.)
struct RestartIntensity {
  unsigned restarts = 5;
  Duration window = std::chrono::seconds(10);
};

/// The delay before a restart. Each restart within the window counts as a failure.
inline constexpr Backoff kRestartBackoff{.initial = std::chrono::milliseconds(20), .max = std::chrono::seconds(2)};

/// How long a stop waits for a cancelled child. A child that still runs then is abandoned.
inline constexpr Duration kAbandonAfter = std::chrono::milliseconds(250);

struct SupervisorOptions {
  std::string name = "root";
  Strategy strategy = Strategy::kOneForOne;
  RestartIntensity intensity{};
  Backoff backoff = kRestartBackoff;
  Duration abandon_after = kAbandonAfter;
};

/// Thrown by Supervisor::run() when its children crash more often than RestartIntensity allows. To the parent
/// supervisor this is a crash.
class Escalation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Supervises its children. It is an Actor itself, so supervisors can be nested.
///
/// run() returns after request_stop(), or when no child is left to run or restart. It throws Escalation when there are
/// too many restarts. In all cases it first ends every child, in reverse order of start.
///
/// A stop takes at most the sum of the graces of the children that stop one after another, plus abandon_after for each
/// child that must be cancelled. A child that does not end even then is abandoned, because nothing can end it: for
/// example, its task waits for a function on a thread pool. run() then returns while the child's task still runs. The
/// owner must keep the supervisor alive until left_running() is false, or end the process without destroying it.
class Supervisor final : public Actor {
 public:
  Supervisor(Env env, SupervisorOptions options, std::vector<ChildSpec> children);
  ~Supervisor() override;

  Task<> run() override;
  /// A further call is passed to the children that are stopping.
  void request_stop() noexcept override;
  void describe(ActorStatus& status) const override;
  bool left_running() const override;

  /// The status of this supervisor and of everything below it.
  ActorStatus status() const;

  /// Crashes the named child (at any depth) as if it had thrown. Returns false if it is not running. For tests and
  /// drills.
  bool crash(const std::string& name);

  /// The names of the abandoned children that still run, at any depth: "news/processor".
  std::vector<std::string> abandoned() const;

 private:
  struct Child;
  struct Exit {
    std::size_t index;
    std::uint64_t life;
    std::exception_ptr error;
  };

  Task<> supervise();
  void start(Child& child);
  Task<> stop_all();
  Task<> stop_from(std::size_t first);
  Task<> stop_group(std::size_t first, std::size_t last);
  Task<> finish(Child& child, TimePoint begun);
  static Task<> end_of(Child& child);
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
  struct Abandoned {
    std::unique_ptr<Actor> actor;
    TaskGroup::Handle task;
    bool runs() const { return !task.ended() || actor->left_running(); }
  };
  std::vector<Abandoned> abandoned_;  // Earlier lives of children: their tasks still use the actors.
  Condition changed_;
  bool stopping_ = false;
};

}  // namespace ekiden::runtime
