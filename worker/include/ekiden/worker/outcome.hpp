/// Outcome: what a handler decides about its message.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace ekiden::worker {

/// A closed value, returned or thrown by a handler. Any other exception is a failure: the message is retried, with a
/// backoff that grows with its receive count, until the queue's redrive policy moves it to the dead-letter queue.
class Outcome {
 public:
  enum class Kind { kDone, kRetry, kReject, kDrop };

  /// The effect is durable: the message is deleted.
  static Outcome done() { return Outcome(Kind::kDone, {}, {}); }
  /// Not now: the message becomes visible again after `after` (0 to 12 h, rounded up to seconds; SQS
  /// counts the 12 h from the receive, so that what the message was held already is taken off).
  static Outcome retry(runtime::Duration after) { return Outcome(Kind::kRetry, after, {}); }
  /// What an exception amounts to: retry(), with what it said.
  static Outcome failed(runtime::Duration after, std::string what) {
    return Outcome(Kind::kRetry, after, std::move(what));
  }
  /// Never: the message goes to the dead-letter queue with the reason, then is deleted.
  static Outcome reject(std::string reason) { return Outcome(Kind::kReject, {}, std::move(reason)); }
  /// Not needed: the message is deleted without an effect; the reason is logged.
  static Outcome drop(std::string reason) { return Outcome(Kind::kDrop, {}, std::move(reason)); }

  Outcome() = default;  ///< done()

  Kind kind() const { return kind_; }
  runtime::Duration after() const { return after_; }
  const std::string& reason() const { return reason_; }

 private:
  Outcome(Kind kind, runtime::Duration after, std::string reason)
      : kind_(kind), after_(after), reason_(std::move(reason)) {}

  Kind kind_ = Kind::kDone;
  runtime::Duration after_{};
  std::string reason_;
};

}  // namespace ekiden::worker

namespace ekiden {
using worker::Outcome;
}  // namespace ekiden
