/// FirstReceive: whether the queue may be received from at all, which a look at it does not tell.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <functional>
#include <utility>

#include "start_fault.hpp"

namespace ekiden::worker {

/// Belongs to the pipeline and outlives a crash of its Receiver. After the first success no failure counts.
class FirstReceive {
 public:
  using OnGivenUp = std::function<void(const aws::Error&)>;

  /// `on_given_up` hears of the last of kRefusalsMax refusals in a row, if none was accepted before.
  explicit FirstReceive(OnGivenUp on_given_up) : on_given_up_(std::move(on_given_up)) {}

  bool succeeded() const { return succeeded_; }
  void succeed() { succeeded_ = true; }

  /// A receive failed. True if it was refused before the first success: the next is kRefusalPause later, and the reason
  /// is for `on_given_up` to tell.
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
