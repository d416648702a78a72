#include "receive_window.hpp"

#include <algorithm>

namespace ekiden::worker {

namespace {

// Two full answers: what one turn of the loop brings at times, with no backlog behind it.
constexpr std::size_t kBacklog = 20;

}  // namespace

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
