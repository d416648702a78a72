/// Reply and Answer: the two ends of a question from one task to another.
#pragma once

#include <ekiden/runtime/waiter.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace ekiden::runtime {

/// The result of an Answer if its Reply was destroyed without a value.
inline constexpr std::nullopt_t Broken = std::nullopt;

namespace detail {
template <typename T>
struct ReplyState {
  std::optional<T> value;
  bool completed = false;
  std::shared_ptr<Waiter> waiter;

  void complete(std::optional<T> with) {
    if (!completed) {
      completed = true;
      value = std::move(with);
      if (const std::shared_ptr<Waiter> waiting = std::move(waiter)) {
        waiting->resume();
      }
    }
  }
};
}  // namespace detail

/// The answering end. Call complete() once. If it is destroyed without an answer, the asking task gets Broken, so that
/// it never waits without end.
template <typename T>
class Reply {
 public:
  Reply() = default;
  explicit Reply(std::shared_ptr<detail::ReplyState<T>> state) : state_(std::move(state)) {}
  Reply(Reply&& other) noexcept : state_(std::move(other.state_)) {}
  Reply& operator=(Reply&& other) noexcept {
    if (this != &other) {
      drop();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~Reply() { drop(); }

  void complete(T value) {
    if (const auto state = std::exchange(state_, nullptr)) {
      state->complete(std::move(value));
    }
  }
  explicit operator bool() const { return state_ != nullptr; }

 private:
  void drop() {
    if (const auto state = std::exchange(state_, nullptr)) {
      state->complete(Broken);
    }
  }
  std::shared_ptr<detail::ReplyState<T>> state_;
};

/// The asking end. Await get() once.
template <typename T>
class Answer {
 public:
  explicit Answer(std::shared_ptr<detail::ReplyState<T>> state) : state_(std::move(state)) {}

  /// The value, or Broken.
  Task<std::optional<T>> get() {
    auto enlist = [state = state_](std::shared_ptr<Waiter> waiter) {
      if (state->completed) {
        waiter->resume();
      } else {
        state->waiter = std::move(waiter);
      }
    };
    return suspend(std::move(enlist), [state = state_] { return std::move(state->value); });
  }

  bool ready() const { return state_->completed; }

 private:
  std::shared_ptr<detail::ReplyState<T>> state_;
};

template <typename T>
struct Question {
  Reply<T> reply;
  Answer<T> answer;
};

template <typename T>
Question<T> make_question() {
  auto state = std::make_shared<detail::ReplyState<T>>();
  return Question<T>{Reply<T>(state), Answer<T>(state)};
}

}  // namespace ekiden::runtime
