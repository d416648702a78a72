/// Backoff: how long to wait before a retry.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <algorithm>

namespace ekiden::runtime {

/// A random duration from half of `ceiling` to `ceiling`.
inline Duration upper_half(Random& random, Duration ceiling) {
  return Duration(random.between(ceiling.count() / 2, ceiling.count()));
}

/// Exponential backoff: `initial`, doubled with each failure, at most `max`.
///
///   constexpr runtime::Backoff kBackoff{.initial = 100ms, .max = 10s};
///   co_await env.clock.sleep_for(kBackoff.delay(env.random, failures));
struct Backoff {
  Duration initial{};
  Duration max{};

  /// initial * 2^failures, at most `max`. `failures` is 0 for the first retry.
  constexpr Duration ceiling(unsigned failures) const {
    Duration bound = initial;
    while (failures-- > 0 && bound > Duration::zero() && bound < max) {
      bound *= 2;
    }
    return std::min(bound, max);
  }

  /// A random duration from half of the ceiling to the ceiling.
  Duration delay(Random& random, unsigned failures) const { return upper_half(random, ceiling(failures)); }
  /// A random duration from 0 to the ceiling, so that clients that fail together do not retry together.
  Duration full_jitter(Random& random, unsigned failures) const {
    return Duration(random.between(0, ceiling(failures).count()));
  }
};

}  // namespace ekiden::runtime
