/// RetrySettings: the user's settings of retries.
#pragma once

#include <optional>

namespace ekiden::aws {

/// AWS_RETRY_MODE. The value "legacy" means kStandard, as in the AWS SDKs of 2026.
enum class RetryMode {
  kStandard,  ///< Retries under a budget: retries use it up, successes refill it.
  kAdaptive   ///< Also limits the rate of requests after the first throttle.
};

/// AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, or the profile's max_attempts and retry_mode.
struct RetrySettings {
  std::optional<unsigned> attempts;  ///< In all, including the first; empty: as in each service's policy.
  RetryMode mode = RetryMode::kStandard;
};

}  // namespace ekiden::aws
