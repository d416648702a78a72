/// Activity: counts the handlers that could still add a write to a batch.
#pragma once

#include <ekiden/runtime/waiter.hpp>

#include <cstddef>

namespace ekiden::worker {

/// Counts messages whose handler has not ended and does not wait for a batch. At zero no write batch can grow, so
/// waiting for more writes would only add latency.
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

  /// Exists while a handler waits for a batch, because such a handler cannot add to another one.
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
