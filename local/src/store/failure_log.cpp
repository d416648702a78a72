#include "failure_log.hpp"

#include <ekiden/local/events.hpp>

#include <chrono>
#include <utility>

namespace ekiden::local {

namespace {
constexpr std::chrono::seconds kReportInterval{5};
}

void FailureLog::report(const std::string& failure) {
  if (quiet_until_.armed()) {
    ++unreported_;
    last_failure_ = failure;
    return;
  }
  env_.events.publish(events::kCommitFailed, {std::string_view(failure)});
  quiet_until_ = env_.clock.call_at(env_.clock.now() + kReportInterval, [this] { report_the_rest(); });
}

void FailureLog::report_the_rest() {
  quiet_until_.cancel();
  if (const std::size_t count = std::exchange(unreported_, 0); count > 0) {
    report(last_failure_ + " (" + std::to_string(count) + " more in the last " +
           std::to_string(kReportInterval.count()) + " s)");
  }
}

}  // namespace ekiden::local
