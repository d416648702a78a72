/// with_deadline(): a task with a deadline. shield(): lets a cancelled task clean up.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <optional>
#include <type_traits>

namespace ekiden::runtime {

namespace detail {
struct DeadlineState {
  boost::asio::cancellation_signal signal;
  Clock::Alarm alarm;
  bool expired = false;
};
}  // namespace detail

/// Runs `task` until `deadline`, then cancels it (terminal). Returns the task's result (true for a Task<>), or nothing
/// (false) if the deadline passed. A result that arrives together with the deadline is returned, not dropped.
/// Cancelling the caller cancels `task`; with_deadline() then throws operation_aborted.
template <typename T>
Task<std::conditional_t<std::is_void_v<T>, bool, std::optional<T>>> with_deadline(Clock& clock, TimePoint deadline,
                                                                                  Task<T> task) {
  const auto state = std::make_shared<detail::DeadlineState>();
  const std::weak_ptr<detail::DeadlineState> weak = state;
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto expire = [weak] {
    if (const auto strong = weak.lock()) {
      strong->expired = true;
      strong->signal.emit(boost::asio::cancellation_type::terminal);
    }
  };
  // In the loop, because a simulated clock calls from outside of it: a task can end before the cancellation, which Asio
  // would forward, is delivered, and Boost 1.81 then uses freed memory.
  state->alarm = clock.call_at(deadline, [executor, expire] { boost::asio::post(executor, expire); });
  const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
  if (cancellation.slot().is_connected()) {
    cancellation.slot().assign([weak](boost::asio::cancellation_type type) {
      if (const auto strong = weak.lock()) {
        strong->signal.emit(type);
      }
    });
  }
  auto token = boost::asio::bind_cancellation_slot(state->signal.slot(), boost::asio::use_awaitable);
  try {
    if constexpr (std::is_void_v<T>) {
      co_await boost::asio::co_spawn(executor, std::move(task), token);
      co_return true;
    } else {
      std::optional<T> result = co_await boost::asio::co_spawn(executor, std::move(task), token);
      co_return result;
    }
  } catch (const boost::system::system_error& error) {
    if (!state->expired || error.code() != boost::asio::error::operation_aborted) {
      throw;
    }
  }
  if constexpr (std::is_void_v<T>) {
    co_return false;
  } else {
    co_return std::nullopt;
  }
}

template <typename T>
auto with_deadline(Clock& clock, Duration time, Task<T> task) {
  return with_deadline<T>(clock, clock.now() + time, std::move(task));
}

/// `co_await shield();` lets a cancelled task await again, to clean up. Further cancellations have no effect, so the
/// code after it must end by itself. Production code uses run_owning(), which calls it. Nothing else resets a
/// cancellation.
inline auto shield() { return boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation()); }

}  // namespace ekiden::runtime
