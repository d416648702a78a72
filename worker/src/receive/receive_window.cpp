#include "receive_window.hpp"

#include <algorithm>

namespace ekiden::worker {

namespace {

// Two full answers: what one turn of the loop brings at times, with no backlog behind it.
constexpr std::size_t kBacklog = 20;

}  // namespace

std::size_t ReceiveWindow::next(std::size_t under_way, std::size_t room, std::size_t batch) const {
  const bool leaves = under_way < size_ && (room >= batch || under_way == 0);
  return leaves ? std::min(batch, room) : 0;
}

void ReceiveWindow::answered(std::size_t wanted, std::size_t received, std::size_t unstarted) {
  if (received == 0) {
    size_ = std::max<std::size_t>(size_ / 2, 1);
  } else if (unstarted >= kBacklog) {
    size_ = std::max<std::size_t>(size_ - 1, 1);
  } else if (received == wanted && unstarted == 0) {
    size_ = std::min(size_ + 1, max_);  // By one for each answer: it doubles with each round trip.
  }
}

}  // namespace ekiden::worker
