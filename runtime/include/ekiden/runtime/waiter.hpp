/// Waiter and Condition: how a task sleeps until another wakes it. What everything that waits is built from.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <memory>
#include <utility>

namespace ekiden::runtime {

/// One suspended task. Destroying the last reference destroys the task where it stands.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Lets the task go on, through the loop; with an error it continues by throwing. False if it has been resumed
  /// before.
  virtual bool resume(boost::system::error_code error = {}) = 0;
};

namespace detail {

// Holds the handler by its own type: Boost 1.81 cannot post to the executor of an any_completion_handler.
template <typename Handler>
class WaiterFor final : public Waiter {
 public:
  explicit WaiterFor(Handler handler) : handler_(std::move(handler)) {}

  bool resume(boost::system::error_code error) override {
    if (resumed_) {
      return false;
    }
    resumed_ = true;
    auto executor = boost::asio::get_associated_executor(handler_);
    boost::asio::post(executor, [handler = std::move(handler_), error]() mutable { std::move(handler)(error); });
    return true;
  }

 private:
  Handler handler_;
  bool resumed_ = false;
};

}  // namespace detail

/// Suspends the calling task and hands its Waiter to `enlist`, which keeps it until it resumes it.
/// Cancelled (terminal), the task resumes by throwing operation_aborted; the Waiter is then spent.
template <typename Enlist>
Task<> suspend(Enlist enlist) {
  auto initiate = [&enlist](auto handler) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    auto waiter = std::make_shared<detail::WaiterFor<decltype(handler)>>(std::move(handler));
    if (slot.is_connected()) {
      // Weak, and never cleared: a slot that is re-assigned while it runs is a use after free.
      slot.assign([weak = std::weak_ptr<Waiter>(waiter)](boost::asio::cancellation_type) {
        if (const auto strong = weak.lock()) {
          strong->resume(boost::asio::error::operation_aborted);
        }
      });
    }
    enlist(std::shared_ptr<Waiter>(std::move(waiter)));
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(boost::system::error_code)>(
      std::move(initiate), boost::asio::use_awaitable);
}

/// Tasks waiting for something to change. Wakers notify; the woken look again.
class Condition {
 public:
  Task<> wait() {
    // Named first: the lambda must outlive the suspension.
    auto enlist = [this](std::shared_ptr<Waiter> waiter) { waiters_.push_back(std::move(waiter)); };
    co_await suspend(std::move(enlist));
  }

  void notify_one() {
    while (!waiters_.empty()) {
      const std::shared_ptr<Waiter> waiter = std::move(waiters_.front());
      waiters_.pop_front();
      if (waiter->resume()) {
        return;
      }
    }
  }

  void notify_all() {
    std::deque<std::shared_ptr<Waiter>> waiters = std::exchange(waiters_, {});
    for (const auto& waiter : waiters) {
      waiter->resume();
    }
  }

  bool has_waiters() const { return !waiters_.empty(); }

 private:
  std::deque<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace ekiden::runtime
