/// What of a start is a fault that trying again cannot mend, and how often that is tried.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/runtime/clock.hpp>

#include <chrono>

namespace ekiden::worker {

inline constexpr int kRefusalsMax = 3;  // A role or a queue that was just made may take a moment to be known.
inline constexpr runtime::Duration kRefusalPause = std::chrono::seconds(1);

/// Keys that are refused before the first success are rather wrong than late; who hands them out may come late.
inline bool may_pass(const aws::Error::Facts& facts) {
  return facts.retryable && (!facts.credentials || facts.code == aws::codes::kNoCredentials);
}

}  // namespace ekiden::worker
