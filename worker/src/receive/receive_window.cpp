#include "receive_window.hpp"

#include <algorithm>

namespace ekiden::worker {

namespace {

// Two full answers: one turn of the event loop can deliver that many although the Processor keeps up.
constexpr std::size_t kBacklog = 20;

}  // namespace

std::size_t ReceiveWindow::next(std::size_t in_flight, std::size_t room, std::size_t batch) const {
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

}  // namespace ekiden::worker
