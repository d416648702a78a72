/// Actor: a supervised task with a name for what it does.
#pragma once

#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/probe.hpp>
#include <ekiden/runtime/task.hpp>

namespace ekiden::runtime {

/// What a Supervisor starts, watches and restarts. A restart makes a new Actor; what must survive a crash (its
/// mailbox, its books) belongs to the owner of the supervisor and is passed in by the factory.
class Actor {
 public:
  explicit Actor(const Clock& clock) : probe_(clock) {}
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  /// The actor's life. Returning ends it normally; throwing is a crash.
  virtual Task<> run() = 0;

  /// Asks it to finish: run() should then return within its shutdown grace, after which it is cancelled (terminal).
  virtual void request_stop() noexcept = 0;

  /// Fills in what the actor knows beyond its probe: a supervisor adds its children.
  virtual void describe(ActorStatus&) const {}

  Probe& probe() { return probe_; }
  const Probe& probe() const { return probe_; }

 private:
  Probe probe_;
};

}  // namespace ekiden::runtime
