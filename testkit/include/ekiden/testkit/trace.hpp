/// Trace: a fingerprint of all that happened in a simulation.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace ekiden::testkit {

/// Two runs of one seed must give the same hash; where they do not, something took time or chance from elsewhere.
/// FNV-1a over 64-bit words and over the bytes of texts.
class Trace {
 public:
  /// Prints what it is told to standard error as well if the environment has EKIDEN_TRACE=1.
  Trace();

  std::uint64_t hash() const { return hash_; }
  bool verbose() const { return verbose_; }

  void feed(std::uint64_t word) { hash_ = (hash_ ^ word) * kPrime; }
  void feed(std::string_view text);
  void feed(runtime::TimePoint time) { feed(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  void feed(const runtime::Event& event);

  /// One line of the readable trace; call it only if verbose().
  void print(runtime::TimePoint time, std::string_view who, std::string_view what) const;
  /// As the log would show it: name field=value ...
  static std::string text(const runtime::Event& event);

 private:
  static constexpr std::uint64_t kPrime = 0x100000001b3U;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
  bool verbose_;
};

}  // namespace ekiden::testkit
