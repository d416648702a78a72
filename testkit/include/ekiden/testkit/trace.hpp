/// Trace: a hash of everything that happened in a simulation.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::testkit {

/// Two runs with the same seed must have the same hash. If they differ, some code does not take its time or its random
/// numbers from the simulation. The hash is FNV-1a over 64-bit words and over the bytes of texts.
class Trace {
 public:
  /// Is verbose if the environment has EKIDEN_TRACE=1: then the simulation also prints a readable trace on standard
  /// error.
  Trace();

  std::uint64_t hash() const { return hash_; }
  bool verbose() const { return verbose_; }

  void feed(std::uint64_t word) { hash_ = (hash_ ^ word) * kPrime; }
  void feed(std::string_view text);
  void feed(runtime::TimePoint time) { feed(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  void feed(const runtime::Event& event);

  /// Prints one line of the readable trace. Call it only if verbose().
  void print(runtime::TimePoint time, std::string_view who, std::string_view what) const;
  /// The event as one line: name field=value ...
  static std::string text(const runtime::Event& event);

 private:
  static constexpr std::uint64_t kPrime = 0x100000001b3U;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
  bool verbose_;
};

}  // namespace ekiden::testkit
