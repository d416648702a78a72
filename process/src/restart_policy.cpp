#include <ekiden/process/restart_policy.hpp>

#include <algorithm>

namespace ekiden::process {

std::optional<runtime::Duration> RestartPolicy::after_crash(runtime::TimePoint now, runtime::Duration lived) {
  crashes_.push_back(now);
  while (now - crashes_.front() > limits_.window) {
    crashes_.pop_front();
  }
  if (crashes_.size() >= limits_.crashes_max) {
    return std::nullopt;
  }
  const bool anew = delay_ == runtime::Duration::zero() || lived >= limits_.settled;
  delay_ = anew ? limits_.first_delay : std::min(2 * delay_, limits_.delay_max);
  return delay_;
}

}  // namespace ekiden::process
