/// FailureLog: reports failed commits, a line per interval.
#pragma once

#include <ekiden/runtime/env.hpp>

#include <cstddef>
#include <string>

namespace ekiden::local {

/// A full disk fails every group, thousands a second, and the log might be on the same disk.
class FailureLog {
 public:
  explicit FailureLog(runtime::Env env) : env_(env) {}

  /// Publishes local.commit_failed, at once or with a count at the end of the interval.
  void report(const std::string& failure);

 private:
  void report_the_rest();

  runtime::Env env_;
  runtime::Clock::Alarm quiet_until_;  ///< Armed for a while after a failed commit was reported.
  std::size_t unreported_ = 0;         ///< Groups that failed in this time,
  std::string last_failure_;           ///< and the reason of the last failure.
};

}  // namespace ekiden::local
