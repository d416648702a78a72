/// RunningHandlers: when the longest-running handler of a pipeline began.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <optional>
#include <string_view>

#include "vitals/block_watch.hpp"

namespace ekiden::worker {

/// The running handlers in the order in which they began. Also informs the BlockWatch of the process. The list runs
/// through the entries in the handlers' frames, so a message costs no allocation. Without watch() nothing is recorded
/// and the clock is not read.
class RunningHandlers {
 public:
  /// Without a BlockWatch, blocks of the loop are not noticed. `queue` and `blocks` must outlive it.
  explicit RunningHandlers(const runtime::Clock& clock, std::string_view queue = {}, BlockWatch* blocks = nullptr)
      : clock_(clock), queue_(queue), blocks_(blocks) {}
  RunningHandlers(const RunningHandlers&) = delete;
  RunningHandlers& operator=(const RunningHandlers&) = delete;

  /// Records handlers that begin from now on.
  void watch() { watched_ = true; }
  /// The handler of this message has returned just now.
  void returned(std::string_view message, runtime::TimePoint now) {
    if (blocks_ != nullptr) {
      blocks_->returned(queue_, message, now);
    }
  }
  /// When the longest-running handler began; empty if none runs.
  std::optional<runtime::TimePoint> oldest() const {
    return first_ != nullptr ? std::optional(first_->begun_) : std::nullopt;
  }

  /// One handler, from construction to end().
  class Entry {
   public:
    explicit Entry(RunningHandlers& all) : all_(all.watched_ ? &all : nullptr), blocks_(all.blocks_) {
      if (blocks_ != nullptr) {
        blocks_->began(all.queue_);
      }
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
      if (blocks_ != nullptr) {
        blocks_->ended();
        blocks_ = nullptr;
      }
      if (all_ != nullptr) {
        (before_ != nullptr ? before_->after_ : all_->first_) = after_;
        (after_ != nullptr ? after_->before_ : all_->last_) = before_;
        all_ = nullptr;
      }
    }

   private:
    friend class RunningHandlers;
    RunningHandlers* all_;
    BlockWatch* blocks_;
    runtime::TimePoint begun_{};
    Entry* before_ = nullptr;
    Entry* after_ = nullptr;
  };

 private:
  const runtime::Clock& clock_;
  std::string_view queue_;
  BlockWatch* blocks_;
  bool watched_ = false;
  Entry* first_ = nullptr;
  Entry* last_ = nullptr;
};

}  // namespace ekiden::worker
