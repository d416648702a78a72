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
#include <type_traits>
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

// Holds the handler by its own type: Boost 1.81 cannot post to the executor of an any_completion_handler. `take` yields
// what the task resumes with, when it does.
template <typename Handler, typename Take>
class WaiterFor final : public Waiter {
 public:
  WaiterFor(Handler handler, Take take) : handler_(std::move(handler)), take_(std::move(take)) {}

  bool resume(boost::system::error_code error) override {
    if (resumed_) {
      return false;
    }
    resumed_ = true;
    auto executor = boost::asio::get_associated_executor(handler_);
    boost::asio::post(executor, [handler = std::move(handler_), take = std::move(take_), error]() mutable {
      go_on(std::move(handler), take, error);
    });
    return true;
  }

 private:
  static void go_on(Handler handler, [[maybe_unused]] Take& take, boost::system::error_code error) {
    if constexpr (std::is_void_v<std::invoke_result_t<Take&>>) {
      std::move(handler)(error);
    } else {
      std::move(handler)(error, take());
    }
  }

  Handler handler_;
  Take take_;
  bool resumed_ = false;
};

template <typename T>
struct Completion {
  using Signature = void(boost::system::error_code, T);
};
template <>
struct Completion<void> {
  using Signature = void(boost::system::error_code);
};

}  // namespace detail

/// Suspends the calling task and hands its Waiter to `enlist`, which keeps it until it resumes it; the task then goes
/// on with what `take` returns. Cancelled (terminal), it resumes by throwing operation_aborted; the Waiter is then
/// spent. No coroutine itself: a wait costs one frame.
template <typename Enlist, typename Take>
auto suspend(Enlist enlist, Take take) {
  auto initiate = [enlist = std::move(enlist), take = std::move(take)](auto handler) mutable {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    auto waiter = std::make_shared<detail::WaiterFor<decltype(handler), Take>>(std::move(handler), std::move(take));
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
  using Signature = typename detail::Completion<std::invoke_result_t<Take&>>::Signature;
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(std::move(initiate),
                                                                                      boost::asio::use_awaitable);
}

template <typename Enlist>
Task<> suspend(Enlist enlist) {
  return suspend(std::move(enlist), [] {});
}

/// Tasks waiting for something to change. Wakers notify; the woken look again.
class Condition {
 public:
  Task<> wait() {
    return suspend([this](std::shared_ptr<Waiter> waiter) { waiters_.push_back(std::move(waiter)); });
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
    for (const auto& waiter : waiters_) {
      waiter->resume();  // Through the loop: nobody comes back here meanwhile.
    }
    waiters_.clear();
  }

 private:
  std::deque<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace ekiden::runtime
