/// Which errors at the start are permanent, and how often they are tried before the worker gives up.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/runtime/clock.hpp>

#include <chrono>

namespace ekiden::worker {

inline constexpr int kRefusalsMax = 3;  // AWS can need a moment to know a new role or queue.
inline constexpr runtime::Duration kRefusalPause = std::chrono::seconds(1);

/// True if a later attempt can succeed. Credentials that are rejected before the first success are probably wrong, so
/// they count as permanent. A provider that has no credentials yet does not. What does not answer as the service does
/// is probably something else: the endpoint is wrong.
inline bool may_pass(const aws::Error::Facts& facts) {
  return facts.retryable && facts.code != aws::codes::kInvalidResponse &&
         (!facts.credentials || facts.code == aws::codes::kNoCredentials);
}

}  // namespace ekiden::worker
