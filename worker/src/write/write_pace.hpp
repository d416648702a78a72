/// WritePace: how many batches of one table may be under way, and how far apart they leave.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <cstddef>
#include <optional>

namespace ekiden::worker {

inline constexpr std::size_t kWriteBatchesMax = 8;  // Under way at once.

/// Additive increase, multiplicative decrease, as TCP does: a throttle halves the number of batches that may be under
/// way, and at one of them the pauses between batches grow, for the whole table. Successes take the pauses back, then
/// allow one more batch a second, up to kWriteBatchesMax.
///
/// Lifetime: belongs to its table's writes and outlives a crash of the Writer.
class WritePace {
 public:
  explicit WritePace(runtime::Clock& clock) : clock_(clock) {}

  /// Whether a batch may leave now.
  bool open() const { return under_way_ < limit_ && clock_.now() >= opens_at_; }
  /// When a batch may leave, if nothing else happens; nothing where another must end first.
  std::optional<runtime::TimePoint> opens_at() const;

  /// A batch leaves: what to show when it was throttled. Each must have an ended().
  std::size_t begin() {
    ++under_way_;
    return slowings_;
  }
  void ended() { --under_way_; }

  /// What the log should tell once.
  enum class Change {
    kNone,
    kSlowed,    ///< The first throttle after all was well.
    kRecovered  ///< All that may be under way is again, for a while without a throttle.
  };
  /// The batch that left at `begun` was throttled, in part if `progress`. Those that left together are slowed down for
  /// once.
  Change throttled(std::size_t begun, bool progress, runtime::Random& random);
  Change succeeded(runtime::Random& random);

  std::size_t limit() const { return limit_; }
  runtime::Duration pause() const { return pause_; }
  /// Between the last Change::kSlowed and now.
  runtime::Duration slow_for() const { return clock_.now() - slowed_at_; }

 private:
  void wait_a_pause(runtime::Random& random);

  runtime::Clock& clock_;
  std::size_t limit_ = kWriteBatchesMax;
  std::size_t under_way_ = 0;
  std::size_t slowings_ = 0;
  runtime::Duration pause_{};      // At a limit of one, between two batches.
  runtime::TimePoint opens_at_{};  // The end of the present pause.
  runtime::TimePoint changed_at_{};
  runtime::TimePoint throttled_at_{};
  runtime::TimePoint slowed_at_{};
  bool slow_ = false;
};

}  // namespace ekiden::worker
