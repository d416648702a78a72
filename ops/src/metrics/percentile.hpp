/// Percentiles of a histogram, estimated.
#pragma once

#include <ekiden/ops/metrics.hpp>

#include <cmath>
#include <cstdint>
#include <span>

namespace ekiden::ops {

/// The value below which the `share` of all lies, taken as evenly spread within its bucket; 0 if there is none. Beyond
/// the last finite bound, that bound: a lower limit of the truth.
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
