#include "receive_window.hpp"

#include <algorithm>

namespace ekiden::worker {

namespace {

// Two full answers: one turn of the event loop can deliver that many although the Processor keeps up.
constexpr std::size_t kBacklog = 20;

// An answer is slow if its bytes take a quarter of the visibility timeout.
constexpr int kSlowPart = 4;

}  // namespace

std::size_t ReceiveWindow::next(std::size_t in_flight, std::size_t room, std::size_t batch) const {
  batch = std::min(batch, batch_);
  const bool leaves = in_flight < size_ && (room >= batch || in_flight == 0);
  return leaves ? std::min(batch, room) : 0;
}

void ReceiveWindow::answered(std::size_t wanted, std::size_t received, std::size_t unstarted) {
  if (received == 0) {
    size_ = std::max<std::size_t>(size_ / 2, 1);
  } else if (unstarted >= kBacklog) {
    size_ = std::max<std::size_t>(size_ - 1, 1);
  } else if (received == wanted && unstarted == 0) {
    size_ = std::min(size_ + 1, max_);  // One more for each answer, so it doubles with each round trip.
  }
}

void ReceiveWindow::transferred(std::size_t wanted, runtime::Duration time, runtime::Duration visibility) {
  if (time > visibility / kSlowPart) {
    size_ = 1;
    batch_ = std::max<std::size_t>(wanted / 2, 1);
  } else if (batch_ != SIZE_MAX && time < visibility / (4 * kSlowPart)) {
    batch_ = batch_ < kBacklog ? batch_ + 1 : SIZE_MAX;
  }
}

}  // namespace ekiden::worker
