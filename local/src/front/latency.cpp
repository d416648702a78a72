#include "latency.hpp"

#include <cmath>

namespace ekiden::local {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// A lognormal distribution, given by its median. sigma is chosen to match the 99th percentile: ln(p99 / p50) / 2.326.
struct Spread {
  double median_ms;
  double sigma;
};

// Assumptions from published measurements of clients in the same Region: PutItem p50 7.5 ms, p99 16 ms; BatchWriteItem
// of 25 items p50 10 ms, p99 28 ms (alexdebrie/dynamodb-performance-testing); SQS calls "10 ms" (softwaremill/mqperf);
// send to receive p50 16 ms, p99 105 ms (bitesizedserverless.com, 2022).
constexpr Spread kSqs{10.0, 0.84};
constexpr Spread kSqsDelivery{5.0, 0.84};
constexpr Spread kItem{7.5, 0.33};
constexpr Spread kItemBatch{10.0, 0.44};
// One SQS call in a thousand is much slower than the distribution.
constexpr double kSqsOutlierRate = 0.001;
constexpr double kSqsOutlierLeastMs = 250.0;
constexpr Spread kSqsOutlier{100.0, 0.84};  // Added to the minimum.

double draw(const Spread& spread, runtime::Random& random) {
  return random.lognormal(std::log(spread.median_ms), spread.sigma);
}

runtime::Duration duration(double milliseconds) {
  return std::chrono::duration_cast<runtime::Duration>(Milliseconds(milliseconds));
}

}  // namespace

runtime::Duration draw_latency(Latency profile, Endpoint endpoint, std::string_view operation,
                               runtime::Random& random) {
  if (profile == Latency::kNone) {
    return {};
  }
  switch (endpoint) {
    case Endpoint::kSqs:
      if (random.chance(kSqsOutlierRate)) {
        return duration(kSqsOutlierLeastMs + draw(kSqsOutlier, random));
      }
      return duration(draw(kSqs, random));
    case Endpoint::kDynamoDb:
      return duration(draw(operation.starts_with("Batch") ? kItemBatch : kItem, random));
  }
  return {};
}

runtime::Duration draw_delivery(Latency profile, runtime::Random& random) {
  return profile == Latency::kNone ? runtime::Duration::zero() : duration(draw(kSqsDelivery, random));
}

}  // namespace ekiden::local
