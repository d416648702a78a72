/// RetrySettings: what a user may say of retries.
#pragma once

#include <optional>

namespace ekiden::aws {

/// AWS_RETRY_MODE. Its value "legacy" means kStandard here, as for the SDKs of 2026.
enum class RetryMode {
  kStandard,  ///< Retries under a budget that failures drain and successes refill.
  kAdaptive   ///< And, once throttled, requests at a rate that follows what the service takes.
};

/// What a user may say of retries: AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, or the profile's keys of these names.
struct RetrySettings {
  std::optional<unsigned> attempts;  ///< The first included; nothing: as each service's policy says.
  RetryMode mode = RetryMode::kStandard;
};

}  // namespace ekiden::aws
