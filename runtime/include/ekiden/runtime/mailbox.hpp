/// Mailbox: the bounded input queue of an actor.
#pragma once

#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <deque>
#include <optional>
#include <utility>

namespace ekiden::runtime {

/// Holds at most `capacity` messages. It belongs to the actor's owner and survives a crash of the actor: messages that
/// were sent before the crash are received after the restart.
template <typename T>
class Mailbox {
 public:
  explicit Mailbox(std::size_t capacity) : capacity_(capacity) { EKIDEN_ASSERT(capacity > 0); }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Waits for room. Returns false, and destroys the message, if the mailbox is closed.
  Task<bool> send(T message) {
    while (messages_.size() >= capacity_ && !closed_) {
      co_await room_.wait();
    }
    co_return try_send(std::move(message));
  }

  /// Returns false, and does not take the message, if there is no room or the mailbox is closed.
  bool try_send(T&& message) {
    if (closed_ || messages_.size() >= capacity_) {
      return false;
    }
    messages_.push_back(std::move(message));
    arrival_.notify_one();
    return true;
  }

  /// The next message; empty when the mailbox is closed and has no more messages.
  Task<std::optional<T>> receive() {
    while (messages_.empty() && !closed_) {
      co_await arrival_.wait();
    }
    co_return try_receive();
  }

  std::optional<T> try_receive() {
    if (messages_.empty()) {
      return std::nullopt;
    }
    std::optional<T> message(std::move(messages_.front()));
    messages_.pop_front();
    room_.notify_one();
    if (!messages_.empty()) {
      arrival_.notify_one();  // The receiver that was woken might be cancelled: wake another.
    }
    return message;
  }

  /// Accepts no more messages. Those inside can still be received.
  void close() {
    closed_ = true;
    arrival_.notify_all();
    room_.notify_all();
  }

  /// Waits until a message arrives, the mailbox is closed, or wake() is called.
  Task<> wait() {
    if (messages_.empty() && !closed_) {
      co_await arrival_.wait();
    }
  }
  void wake() { arrival_.notify_all(); }

  bool closed() const { return closed_; }
  bool empty() const { return messages_.empty(); }
  std::size_t size() const { return messages_.size(); }
  std::size_t capacity() const { return capacity_; }

 private:
  std::size_t capacity_;
  bool closed_ = false;
  std::deque<T> messages_;
  Condition arrival_;
  Condition room_;
};

}  // namespace ekiden::runtime
