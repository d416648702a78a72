/// Activity: how many handlers could still add to a batch.
#pragma once

#include <ekiden/runtime/waiter.hpp>

#include <cstddef>

namespace ekiden::worker {

/// Counts the messages whose handler is to run or runs and waits for none of our batches. At zero no write batch can
/// grow any more, and waiting for company would only cost latency.
class Activity {
 public:
  void begin() { ++running_; }
  void end() {
    if (--running_ == 0) {
      idle_.notify_all();
    }
  }
  bool idle() const { return running_ == 0; }
  /// Notified when the count falls to zero.
  runtime::Condition& became_idle() { return idle_; }

  /// A handler that waits for a batch adds nothing meanwhile.
  class Pause {
   public:
    explicit Pause(Activity& activity) : activity_(activity) { activity_.end(); }
    ~Pause() { activity_.begin(); }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    Activity& activity_;
  };

 private:
  std::size_t running_ = 0;
  runtime::Condition idle_;
};

}  // namespace ekiden::worker
