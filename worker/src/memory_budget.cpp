#include "memory_budget.hpp"

#include <ekiden/runtime/assert.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::worker {

MemoryBudget::MemoryBudget(std::uint64_t bytes, std::uint64_t message_max)
    : bytes_(bytes),
      message_max_(message_max),
      batch_max_(std::max<std::size_t>(bytes / cost_of(message_max), 1)),
      expected_body_(message_max) {
  EKIDEN_ASSERT(bytes >= cost_of(message_max));
}

std::size_t MemoryBudget::room(std::size_t wanted) const {
  if (!bytes_) {
    return wanted;
  }
  const std::uint64_t left = *bytes_ - std::min(*bytes_, used());
  return static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left / cost_of(expected_body_)));
}

void MemoryBudget::learn(std::uint64_t largest_body) {
  expected_body_ = std::max(std::min(largest_body, message_max_), expected_body_ / 2);
}

void MemoryBudget::release(std::uint64_t cost) {
  held_ -= cost;
  serve_line();
}

bool MemoryBudget::lets_in(const Ticket& ticket) const {
  const std::size_t others_grown = grown_ - (ticket.grown_ ? 1 : 0);
  return (held_ == 0 && others_grown == 0) || !bytes_ || used() + ticket.wanted_ - ticket.reserved_ <= *bytes_;
}

void MemoryBudget::grow(Ticket& ticket) {
  reserved_ += ticket.wanted_ - ticket.reserved_;
  ticket.reserved_ = ticket.wanted_;
  grown_ += std::exchange(ticket.grown_, true) ? 0 : 1;
}

// First come, first served: a large answer must not wait for ever behind small ones.
void MemoryBudget::serve_line() {
  while (!line_.empty() && lets_in(*line_.front())) {
    Ticket& first = *line_.front();
    first.leave_line();
    grow(first);
    std::exchange(first.granted_, nullptr)();
  }
}

MemoryBudget::Ticket::Ticket(std::shared_ptr<MemoryBudget> budget, std::size_t messages)
    : budget_(std::move(budget)),
      most_(messages * cost_of(budget_->message_max_)),
      reserved_(messages * cost_of(budget_->expected_body_)) {
  budget_->reserved_ += reserved_;
}

MemoryBudget::Ticket::~Ticket() {
  leave_line();
  budget_->reserved_ -= reserved_;
  budget_->grown_ -= grown_ ? 1 : 0;
  budget_->serve_line();
}

void MemoryBudget::Ticket::leave_line() {
  if (place_) {
    budget_->line_.erase(*std::exchange(place_, std::nullopt));
  }
}

bool MemoryBudget::Ticket::admit(std::uint64_t length, std::function<void()> granted) {
  leave_line();
  // How many messages it has is not told: the smaller they are, the more of it is for requests.
  wanted_ = std::min((kCopies + kRequestCopies) * length, most_);
  if (wanted_ <= reserved_) {
    return true;
  }
  if (budget_->line_.empty() && budget_->lets_in(*this)) {
    budget_->grow(*this);
    return true;
  }
  granted_ = std::move(granted);
  place_ = budget_->line_.insert(budget_->line_.end(), this);
  return false;
}

}  // namespace ekiden::worker
