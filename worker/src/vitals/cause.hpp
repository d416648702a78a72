/// Cause: filters the log, so that calls which fail for the same reason are logged once.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <string>

namespace ekiden::worker {

/// Remembers the reason that was logged last. One line for each attempt would bury the rest of the log.
class Cause {
 public:
  /// True if the reason differs from the last one, or if this is the first failure since over().
  bool is_new(const aws::Error::Facts& facts) {
    std::string cause = facts.operation + facts.code;  // Not the message: it contains the request's id.
    const bool is_new = cause != logged_;
    logged_ = std::move(cause);
    return is_new;
  }
  /// A call has succeeded: the next failure is new.
  void over() { logged_.clear(); }

 private:
  std::string logged_;
};

}  // namespace ekiden::worker
