/// percentile: estimates a percentile from the buckets of a histogram.
#pragma once

#include <ekiden/ops/metrics.hpp>

#include <cmath>
#include <cstdint>
#include <span>

namespace ekiden::ops {

/// The value below which a share of all values lies; `share` is 0 to 1: 0.99 for the 99th percentile. Assumes that the
/// values are evenly spread within a bucket. 0 if there are no values. If it lies in the last bucket, which is
/// unbounded: the highest finite bound, so the true value is higher.
inline double percentile(std::span<const CumulativeBucket> buckets, double share) {
  if (buckets.empty() || buckets.back().count == 0) {
    return 0;
  }
  const double rank = share * static_cast<double>(buckets.back().count);
  double lower_bound = 0;
  std::uint64_t below = 0;
  for (const CumulativeBucket& bucket : buckets) {
    if (static_cast<double>(bucket.count) >= rank && bucket.count > below) {
      if (std::isinf(bucket.upper_bound)) {
        return lower_bound;
      }
      const double inside = (rank - static_cast<double>(below)) / static_cast<double>(bucket.count - below);
      return lower_bound + (bucket.upper_bound - lower_bound) * inside;
    }
    below = bucket.count;
    lower_bound = bucket.upper_bound;
  }
  return lower_bound;
}

}  // namespace ekiden::ops
