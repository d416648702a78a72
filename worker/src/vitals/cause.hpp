/// Cause: what keeps failing for one and the same reason is told once.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <string>

namespace ekiden::worker {

/// The reason that was told last: a line for each attempt would bury what else is logged.
class Cause {
 public:
  /// True if this is another failure than the last one, or the first since over().
  bool is_new(const aws::Error::Facts& facts) {
    std::string cause = facts.operation + facts.code;  // Not the text: it names a request.
    const bool is_new = cause != told_;
    told_ = std::move(cause);
    return is_new;
  }
  /// It works again.
  void over() { told_.clear(); }

 private:
  std::string told_;
};

}  // namespace ekiden::worker
