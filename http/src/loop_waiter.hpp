/// LoopWaiter: a Waiter that a callback of the event loop can resume directly.
#pragma once

#include <ekiden/runtime/waiter.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace ekiden::http {

class LoopWaiter : public runtime::Waiter {
 public:
  /// The same as resume(), but runs the task before it returns. It saves a turn of the loop, with its system call. Call
  /// it only as the last action of a callback of the loop, because the task can destroy everything that the callback
  /// uses.
  virtual void resume_now(boost::system::error_code error) = 0;
};

template <typename Handler>
class LoopWaiterFor final : public LoopWaiter {
 public:
  explicit LoopWaiterFor(Handler handler) : handler_(std::move(handler)) {}

  bool resume(boost::system::error_code error) override {
    if (resumed_) {
      return false;
    }
    resumed_ = true;
    auto executor = boost::asio::get_associated_executor(handler_);
    boost::asio::post(executor, [handler = std::move(handler_), error]() mutable { std::move(handler)(error); });
    return true;
  }
  void resume_now(boost::system::error_code error) override {
    if (!resumed_) {
      resumed_ = true;
      Handler handler = std::move(handler_);
      std::move(handler)(error);
    }
  }

 private:
  Handler handler_;
  bool resumed_ = false;
};

/// Suspends the calling task and passes its waiter and its cancellation slot to `enlist`. Costs one frame.
template <typename Enlist>
runtime::Task<> suspend_on_loop(Enlist enlist) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(boost::system::error_code)>(
      [enlist = std::move(enlist)](auto handler) mutable {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        enlist(std::make_shared<LoopWaiterFor<decltype(handler)>>(std::move(handler)), std::move(slot));
      },
      boost::asio::use_awaitable);
}

}  // namespace ekiden::http
