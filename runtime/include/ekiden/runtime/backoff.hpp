/// Backoff: how long to wait before the next try of what failed.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <algorithm>

namespace ekiden::runtime {

/// Somewhere in the upper half under `ceiling`: late enough to help, and not together with the others.
inline Duration upper_half(Random& random, Duration ceiling) {
  return Duration(random.between(ceiling.count() / 2, ceiling.count()));
}

/// An exponential bound: `initial`, doubled with each failure, at most `max`.
///
///   constexpr runtime::Backoff kBackoff{.initial = 100ms, .max = 10s};
///   co_await env.clock.sleep_for(kBackoff.delay(env.random, failures));
struct Backoff {
  Duration initial{};
  Duration max{};

  /// initial * 2^failures, at most `max`: for the first retry, failures is 0.
  constexpr Duration ceiling(unsigned failures) const {
    Duration bound = initial;
    while (failures-- > 0 && bound > Duration::zero() && bound < max) {
      bound *= 2;
    }
    return std::min(bound, max);
  }

  /// In the upper half under the ceiling.
  Duration delay(Random& random, unsigned failures) const { return upper_half(random, ceiling(failures)); }
  /// Anywhere under the ceiling: where a fleet that was refused together must not come back together.
  Duration full_jitter(Random& random, unsigned failures) const {
    return Duration(random.between(0, ceiling(failures).count()));
  }
};

}  // namespace ekiden::runtime
