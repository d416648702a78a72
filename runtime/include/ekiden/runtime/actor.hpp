/// Actor: a supervised task.
#pragma once

#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/probe.hpp>
#include <ekiden/runtime/task.hpp>

namespace ekiden::runtime {

/// A Supervisor starts, watches and restarts actors. A restart makes a new Actor object. State that must survive a
/// crash, such as a mailbox, belongs to the owner of the supervisor; the factory in ChildSpec passes it in.
class Actor {
 public:
  explicit Actor(const Clock& clock) : probe_(clock) {}
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  /// The actor's work. Returning ends it normally; throwing is a crash.
  virtual Task<> run() = 0;

  /// Asks the actor to finish. run() should return within ChildSpec::shutdown_grace; then it is cancelled (terminal).
  /// Can be called more than once.
  virtual void request_stop() noexcept = 0;

  /// Adds what the probe does not have; a supervisor adds its children.
  virtual void describe(ActorStatus&) const {}

  /// True if run() has returned, but tasks of this actor still run and use it (see Supervisor).
  virtual bool left_running() const { return false; }

  Probe& probe() { return probe_; }
  const Probe& probe() const { return probe_; }

 private:
  Probe probe_;
};

}  // namespace ekiden::runtime
