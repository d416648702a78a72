#include <ekiden/process/restart_policy.hpp>
#include <ekiden/runtime/backoff.hpp>

namespace ekiden::process {

std::optional<runtime::Duration> RestartPolicy::after_crash(runtime::TimePoint now, runtime::Duration lived) {
  crashes_.push_back(now);
  while (now - crashes_.front() > limits_.window) {
    crashes_.pop_front();
  }
  if (crashes_.size() >= limits_.crashes_max) {
    return std::nullopt;
  }
  if (lived >= limits_.settled) {
    failures_ = 0;
  }
  return runtime::Backoff{limits_.first_delay, limits_.delay_max}.ceiling(failures_++);
}

}  // namespace ekiden::process
