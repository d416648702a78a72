/// Outcome: what a handler decides about its message.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace ekiden::worker {

/// The result of a handler, returned or thrown. Any other exception is a failure: the message is retried with a backoff
/// that grows with its receive count, until the queue's redrive policy moves it to the dead-letter queue.
///
///   co_return Outcome::retry(std::chrono::minutes(5));
class Outcome {
 public:
  enum class Kind { kDone, kRetry, kReject, kDrop };

  /// The effect is durable. The message is deleted.
  static Outcome done() { return Outcome(Kind::kDone, {}, {}); }
  /// Try again later. The message becomes visible again after `after`: 0 to 12 h, rounded up to seconds. SQS counts the
  /// 12 h from the receive, so the time for which the message was already held is subtracted from them.
  static Outcome retry(runtime::Duration after) { return Outcome(Kind::kRetry, after, {}); }
  /// Like retry(), with the text of the failure for the log. The worker turns an exception into this.
  static Outcome failed(runtime::Duration after, std::string what) {
    return Outcome(Kind::kRetry, after, std::move(what));
  }
  /// Never try again. The message is copied to the dead-letter queue with the reason, then deleted. Without a
  /// dead-letter queue it is retried instead.
  static Outcome reject(std::string reason) { return Outcome(Kind::kReject, {}, std::move(reason)); }
  /// Nothing to do. The message is deleted without an effect, and the reason is logged.
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
