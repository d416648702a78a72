#include <ekiden/aws/call/retry.hpp>
#include <ekiden/runtime/backoff.hpp>

#include <algorithm>

namespace ekiden::aws {

runtime::Duration RetryPolicy::delay(ErrorClass error_class, unsigned retry, double chance,
                                     std::optional<runtime::Duration> asked_for) const {
  constexpr runtime::Duration kAskedForExtraMax = std::chrono::seconds(5);
  const runtime::Duration base = error_class == ErrorClass::kThrottling ? throttling_base : transient_base;
  const runtime::Duration bound = runtime::Backoff{base, delay_max}.ceiling(retry);
  const runtime::Duration jittered(static_cast<runtime::Duration::rep>(chance * static_cast<double>(bound.count())));
  return asked_for ? std::clamp(*asked_for, jittered, jittered + kAskedForExtraMax) : jittered;
}

}  // namespace ekiden::aws
