/// FirstReceive: whether the worker is allowed to receive from the queue. The preflight cannot know: it receives
/// nothing.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <functional>
#include <utility>

#include "start_fault.hpp"

namespace ekiden::worker {

/// Belongs to the pipeline and outlives a crash of its Receiver. Failures after the first success are ignored.
class FirstReceive {
 public:
  using OnGivenUp = std::function<void(const aws::Error&)>;

  /// `on_given_up` is called if the first kRefusalsMax receives in a row are rejected, with the last error.
  explicit FirstReceive(OnGivenUp on_given_up) : on_given_up_(std::move(on_given_up)) {}

  bool succeeded() const { return succeeded_; }
  void succeed() { succeeded_ = true; }

  /// Reports a failed receive. Returns true if SQS rejected it before the first success. The caller then waits
  /// kRefusalPause before the next receive and does not log the failure: `on_given_up` reports it.
  bool refused(const aws::Error& error) {
    if (succeeded_) {
      return false;
    }
    if (may_pass(error.facts())) {
      refusals_ = 0;
      return false;
    }
    if (++refusals_ == kRefusalsMax) {
      on_given_up_(error);
    }
    return true;
  }

 private:
  OnGivenUp on_given_up_;
  int refusals_ = 0;
  bool succeeded_ = false;
};

}  // namespace ekiden::worker
