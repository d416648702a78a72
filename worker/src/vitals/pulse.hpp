/// Pulse: the time of a pipeline's last progress.
#pragma once

#include <ekiden/runtime/clock.hpp>

namespace ekiden::worker {

/// Beats when a message arrives, when a handler ends, and when a write, a delete, a release or a dead letter got any
/// answer from SQS or DynamoDB. Errors and failed connections count, too: a worker that retries in an outage is not
/// stalled. Lease extensions do not count, because they succeed for 12 h even if the handler never ends.
///
/// Apart from handlers, the longest time between two beats is one attempt: 20 s to get credentials (60 s if a profile's
/// credential_process provides them), 10 s for the answer and 10 s of backoff (DeadLetters). So --stall-timeout must be
/// at least 1 min.
class Pulse {
 public:
  explicit Pulse(const runtime::Clock& clock) : clock_(clock), last_(clock.now()) {}

  void beat() { beat(clock_.now()); }
  /// For callers that have read the clock already.
  void beat(runtime::TimePoint now) { last_ = now; }

  runtime::Duration since_last() const { return clock_.now() - last_; }

 private:
  const runtime::Clock& clock_;
  runtime::TimePoint last_;
};

}  // namespace ekiden::worker
