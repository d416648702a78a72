/// Waiter and Condition: let a task sleep until another task wakes it. All other waits are built from them.
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

/// One suspended task. Destroying the last reference destroys the suspended task.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Resumes the task, at a later turn of the loop. With an error, the task continues by throwing it. Returns false if
  /// it was already resumed.
  virtual bool resume(boost::system::error_code error = {}) = 0;
};

namespace detail {

// Keeps the handler's own type: Boost 1.81 cannot post to the executor of an any_completion_handler. `take` is called
// at the resumption; the task continues with its result.
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

/// Suspends the calling task and passes its Waiter to `enlist`, which keeps it until it calls resume(). The task then
/// continues with the result of `take`. When cancelled (terminal), the task throws operation_aborted, and resume() of
/// its Waiter has no effect. It is not a coroutine itself, so a wait costs one frame.
template <typename Enlist, typename Take>
auto suspend(Enlist enlist, Take take) {
  auto initiate = [enlist = std::move(enlist), take = std::move(take)](auto handler) mutable {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    auto waiter = std::make_shared<detail::WaiterFor<decltype(handler), Take>>(std::move(handler), std::move(take));
    if (slot.is_connected()) {
      // Weak, and never cleared: re-assigning a slot while it runs is a use after free.
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

/// A list of tasks that wait for a change. As with a condition variable, a woken task must check its condition again.
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
      waiter->resume();  // Posted to the loop: nothing changes waiters_ meanwhile.
    }
    waiters_.clear();
  }

 private:
  std::deque<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace ekiden::runtime
