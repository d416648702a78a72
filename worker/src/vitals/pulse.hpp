/// Pulse: when a pipeline last moved what it holds.
#pragma once

#include <ekiden/runtime/clock.hpp>

namespace ekiden::worker {

/// Beats when a message comes, when a handler ends, and when SQS or DynamoDB have answered, in whatever words, to a
/// write, a delete, a return or a dead letter: in an outage the worker tries, which is no stall. Connections that fail
/// are answers, too. Extensions do not count, for those of a handler that never ends succeed for 12 h.
///
/// But for the handlers, one attempt is what is longest between two beats: 20 s for the keys (60 s where a profile's
/// program gives them), 10 s for the answer, 10 s of backoff (DeadLetters). The least --stall-timeout is a minute.
class Pulse {
 public:
  explicit Pulse(const runtime::Clock& clock) : clock_(clock), last_(clock.now()) {}

  void beat() { beat(clock_.now()); }
  /// For who has asked the clock already.
  void beat(runtime::TimePoint now) { last_ = now; }

  runtime::Duration since_last() const { return clock_.now() - last_; }

 private:
  const runtime::Clock& clock_;
  runtime::TimePoint last_;
};

}  // namespace ekiden::worker
