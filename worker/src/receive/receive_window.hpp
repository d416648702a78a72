/// ReceiveWindow: how many concurrent receives are useful.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstddef>

namespace ekiden::worker {

/// Grows while the Processor has nothing left to start and the queue fills the answers. Shrinks when messages wait for
/// the Processor: more receives would not finish anything sooner, and another worker could process those messages.
class ReceiveWindow {
 public:
  /// `max`: the largest number of concurrent receives, at least 1.
  explicit ReceiveWindow(std::size_t max) : max_(max) {}

  std::size_t size() const { return size_; }

  /// How many messages the next receive should request, with `in_flight` receives in flight and room for `room`
  /// messages. 0: start no receive now. While others are in flight it waits until there is room for a full `batch`,
  /// because a smaller receive costs as much.
  std::size_t next(std::size_t in_flight, std::size_t room, std::size_t batch) const;

  /// A receive of up to `wanted` messages returned `received`, while `unstarted` others waited for the Processor.
  void answered(std::size_t wanted, std::size_t received, std::size_t unstarted);
  /// The answer's bytes took `time` to arrive. SQS counts the visibility timeout from the start of the answer, so on a
  /// slow link it would end before the message can be handled: then receives run one by one, and ask for less.
  void transferred(std::size_t wanted, runtime::Duration time, runtime::Duration visibility);
  /// A receive failed: the window is 1 again.
  void failed() { size_ = 1; }

 private:
  std::size_t max_;
  std::size_t size_ = 1;
  std::size_t batch_ = SIZE_MAX;  // Limit of a receive on a slow link.
};

}  // namespace ekiden::worker
