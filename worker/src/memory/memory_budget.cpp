#include "memory_budget.hpp"

#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/base/assert.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::worker {

MemoryBudget::MemoryBudget(std::uint64_t bytes, std::uint64_t message_max)
    : bytes_(bytes), batch_max_(std::max<std::size_t>(bytes / cost_of(message_max), 1)), expected_body_(message_max) {
  EKIDEN_ASSERT(bytes >= cost_of(message_max));
}

std::size_t MemoryBudget::room(std::size_t wanted) const {
  if (!bytes_) {
    return wanted;
  }
  if (!line_.empty()) {
    return 0;  // Another answer would only wait, too, while its messages are hidden from other workers.
  }
  const std::uint64_t left = *bytes_ - std::min(*bytes_, used());
  const std::uint64_t fitting = left / cost_of(expected_body_);
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(wanted, used() == 0 ? std::max<std::uint64_t>(fitting, 1) : fitting));
}

void MemoryBudget::learn(std::uint64_t largest_body) { expected_body_ = std::max(largest_body, expected_body_ / 2); }

void MemoryBudget::release(std::uint64_t cost) {
  held_ -= cost;
  serve_line();
}

bool MemoryBudget::lets_in(std::uint64_t wanted) const { return !bytes_ || used() == 0 || used() + wanted <= *bytes_; }

// First come, first served, so that small answers cannot keep a large one waiting without end.
void MemoryBudget::serve_line() {
  while (!line_.empty() && lets_in(line_.front()->wanted_)) {
    line_.front()->enter();
  }
}

MemoryBudget::Ticket::Ticket(std::shared_ptr<MemoryBudget> budget, runtime::Clock& clock, std::size_t messages,
                             runtime::Duration patience)
    : budget_(std::move(budget)), clock_(clock), messages_(messages), patience_(patience) {
  reserve(messages * cost_of(budget_->expected_body_));
}

MemoryBudget::Ticket::~Ticket() {
  leave_line();
  reserve(0);
  budget_->serve_line();
}

void MemoryBudget::Ticket::reserve(std::uint64_t bytes) {
  budget_->reserved_ -= std::exchange(reserved_, bytes);
  budget_->reserved_ += bytes;
}

void MemoryBudget::Ticket::leave_line() {
  if (place_) {
    budget_->line_.erase(*std::exchange(place_, std::nullopt));
  }
}

void MemoryBudget::Ticket::enter() {
  leave_line();
  alarm_ = {};
  reserve(wanted_);
  std::exchange(granted_, nullptr)();
}

void MemoryBudget::Ticket::lose_patience() {
  if (budget_->used() <= budget_->bytes_.value_or(0)) {
    enter();
    return;
  }
  constexpr runtime::Duration kAgain = std::chrono::milliseconds(100);  // Another answer exceeds the budget.
  alarm_ = clock_.call_at(clock_.now() + kAgain, [this] { lose_patience(); });
}

bool MemoryBudget::Ticket::admit(std::uint64_t length, std::function<void()> granted) {
  leave_line();
  arrived_ = clock_.now();
  // The number of messages in the answer is not known yet. Assume the worst: small messages, which need the most copies
  // for requests. Expect at least the average size from later messages.
  wanted_ = std::min((kCopies + kRequestCopies) * length, messages_ * cost_of(aws::sqs::kMessageBytesMax));
  budget_->expected_body_ = std::max(budget_->expected_body_, length / messages_);
  if (wanted_ <= reserved_) {
    return true;
  }
  reserve(0);
  if (budget_->line_.empty() && budget_->lets_in(wanted_)) {
    reserve(wanted_);
    return true;
  }
  granted_ = std::move(granted);
  place_ = budget_->line_.insert(budget_->line_.end(), this);
  alarm_ = clock_.call_at(*arrived_ + patience_, [this] { lose_patience(); });
  budget_->serve_line();  // The released reservation can be enough for another answer.
  return false;
}

}  // namespace ekiden::worker
