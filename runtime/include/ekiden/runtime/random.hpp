/// Random: the only source of random numbers. Seeded, so that a run can be repeated.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::runtime {

/// A stream of pseudo-random numbers (xoshiro256**). The distributions are our own, because those of the standard
/// library differ between implementations, and a seed must give the same run everywhere. Not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// A seed from the operating system, for production.
  static std::uint64_t entropy();

  std::uint64_t next();
  /// In [0, bound); bound 0 gives 0.
  std::uint64_t below(std::uint64_t bound);
  /// In [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high);
  /// In [0, 1).
  double uniform();
  /// True with probability `p` (<= 0 never, >= 1 always).
  bool chance(double p);
  double normal();
  /// exp(mu + sigma * normal()).
  double lognormal(double mu, double sigma);
  /// A version 4 UUID in lower case.
  std::string uuid();

  /// An independent stream, derived from the seed and `name`: adding another stream does not change it.
  Random fork(std::string_view name) const;

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace ekiden::runtime
