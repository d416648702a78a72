/// WritePace: how many batches of one table can be in flight, and how far apart they leave.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <cstddef>
#include <optional>

namespace ekiden::worker {

inline constexpr std::size_t kWriteBatchesMax = 8;  // In flight at once.

/// Additive increase, multiplicative decrease (AIMD), as in TCP. Each throttling answer halves the number of batches
/// that can be in flight. When that number is one, pauses between batches grow instead. Successes shorten the pauses,
/// then allow one more batch each second, up to kWriteBatchesMax.
///
/// Belongs to TableWrites and outlives a crash of the Writer.
class WritePace {
 public:
  explicit WritePace(runtime::Clock& clock) : clock_(clock) {}

  /// True if a batch can leave now.
  bool open() const { return in_flight_ < limit_ && clock_.now() >= opens_at_; }
  /// When a batch can leave, if nothing else happens; empty if another batch must end first.
  std::optional<runtime::TimePoint> opens_at() const;

  /// A batch leaves. Pass the returned number to throttled(), and call ended() when the batch has ended.
  std::size_t begin() {
    ++in_flight_;
    return slowings_;
  }
  void ended() { --in_flight_; }

  /// A change that the caller logs.
  enum class Change {
    kNone,
    kSlowed,    ///< The first throttling since the last kRecovered.
    kRecovered  ///< kWriteBatchesMax batches can be in flight again, and 10 s have passed without throttling.
  };
  /// The batch for which begin() returned `begun` was throttled; `progress`: some of its items were stored. Batches
  /// that left before the last slowdown do not cause another one.
  Change throttled(std::size_t begun, bool progress, runtime::Random& random);
  /// A batch was stored completely.
  Change succeeded(runtime::Random& random);

  std::size_t limit() const { return limit_; }
  runtime::Duration pause() const { return pause_; }
  /// The time since the last Change::kSlowed.
  runtime::Duration slow_for() const { return clock_.now() - slowed_at_; }

 private:
  void wait_a_pause(runtime::Random& random);

  runtime::Clock& clock_;
  std::size_t limit_ = kWriteBatchesMax;
  std::size_t in_flight_ = 0;
  std::size_t slowings_ = 0;
  runtime::Duration pause_{};      // Between two batches, at a limit of one.
  runtime::TimePoint opens_at_{};  // The end of the present pause.
  runtime::TimePoint changed_at_{};
  runtime::TimePoint throttled_at_{};
  runtime::TimePoint slowed_at_{};
  bool slow_ = false;
};

}  // namespace ekiden::worker
