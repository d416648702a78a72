/// How long to wait before the next attempt of a call.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <algorithm>

namespace ekiden::worker {

/// initial * 2^failures, at most `max`.
inline runtime::Duration backoff_ceiling(runtime::Duration initial, runtime::Duration max, unsigned failures) {
  return std::min(max, initial * (1U << std::min(failures, 10U)));
}

/// Somewhere in the upper half under `ceiling`: late enough to help, and not together with the others.
inline runtime::Duration upper_half(runtime::Random& random, runtime::Duration ceiling) {
  return runtime::Duration(random.between(ceiling.count() / 2, ceiling.count()));
}

}  // namespace ekiden::worker
