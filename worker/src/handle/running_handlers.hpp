/// RunningHandlers: since when the oldest of a pipeline's handlers runs.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <optional>

namespace ekiden::worker {

/// The handlers that run, in the order in which they began: a list through their own frames, so that a message costs
/// no allocation. Nobody asks the clock unless it is watched.
class RunningHandlers {
 public:
  explicit RunningHandlers(const runtime::Clock& clock) : clock_(clock) {}
  RunningHandlers(const RunningHandlers&) = delete;
  RunningHandlers& operator=(const RunningHandlers&) = delete;

  /// From now on begins are noted.
  void watch() { watched_ = true; }
  /// When the oldest one began; nothing if none runs.
  std::optional<runtime::TimePoint> oldest() const {
    return first_ != nullptr ? std::optional(first_->begun_) : std::nullopt;
  }

  /// One handler, from its construction to end().
  class Entry {
   public:
    explicit Entry(RunningHandlers& all) : all_(all.watched_ ? &all : nullptr) {
      if (all_ != nullptr) {
        begun_ = all.clock_.now();
        before_ = all.last_;
        (before_ != nullptr ? before_->after_ : all.first_) = this;
        all.last_ = this;
      }
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    void end() {
      if (all_ != nullptr) {
        (before_ != nullptr ? before_->after_ : all_->first_) = after_;
        (after_ != nullptr ? after_->before_ : all_->last_) = before_;
        all_ = nullptr;
      }
    }

   private:
    friend class RunningHandlers;
    RunningHandlers* all_;
    runtime::TimePoint begun_{};
    Entry* before_ = nullptr;
    Entry* after_ = nullptr;
  };

 private:
  const runtime::Clock& clock_;
  bool watched_ = false;
  Entry* first_ = nullptr;
  Entry* last_ = nullptr;
};

}  // namespace ekiden::worker
