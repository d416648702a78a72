/// ReceiveWindow: how many receives are worth having under way.
#pragma once

#include <cstddef>

namespace ekiden::worker {

/// Grows while the Processor runs dry, as long as the queue fills the answers; shrinks when messages wait to be
/// started. More receives than that bring nothing sooner: their messages only lie in memory, where they cost cache and
/// age, while another worker could have them.
class ReceiveWindow {
 public:
  /// At least 1.
  explicit ReceiveWindow(std::size_t max) : max_(max) {}

  std::size_t size() const { return size_; }

  /// How many messages the next receive asks for, with `under_way` receives in flight and room for `room` messages;
  /// 0: none leaves now. A full `batch` is worth waiting for while others are in flight: half-empty ones cost as much.
  std::size_t next(std::size_t under_way, std::size_t room, std::size_t batch) const;

  /// A receive of up to `wanted` messages brought `received`, when `unstarted` others waited for the Processor.
  void answered(std::size_t wanted, std::size_t received, std::size_t unstarted);
  void failed() { size_ = 1; }

 private:
  std::size_t max_;
  std::size_t size_ = 1;
};

}  // namespace ekiden::worker
