/// Deadlines: a task that must end by an instant; and shield(), for what must still happen after a cancellation.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
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

/// Runs `task` until `deadline`, then cancels it (terminal). Yields its result (true for a Task<>), or nothing (false)
/// if it was cut off. A result that comes together with the deadline wins: nothing received is thrown away.
/// A cancellation of the caller reaches `task` and comes back as operation_aborted.
template <typename T>
Task<std::conditional_t<std::is_void_v<T>, bool, std::optional<T>>> with_deadline(Clock& clock, TimePoint deadline,
                                                                                  Task<T> task) {
  const auto state = std::make_shared<detail::DeadlineState>();
  const std::weak_ptr<detail::DeadlineState> weak = state;
  state->alarm = clock.call_at(deadline, [weak] {
    if (const auto strong = weak.lock()) {
      strong->expired = true;
      strong->signal.emit(boost::asio::cancellation_type::terminal);
    }
  });
  const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
  if (cancellation.slot().is_connected()) {
    cancellation.slot().assign([weak](boost::asio::cancellation_type type) {
      if (const auto strong = weak.lock()) {
        strong->signal.emit(type);
      }
    });
  }
  const auto executor = co_await boost::asio::this_coro::executor;
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

/// `co_await shield();` lets a cancelled task await again, deaf to further cancellation, to clean up. What follows ends
/// by itself, because nobody can cut it off: see run_owning(), which is how production code comes here. Nothing else
/// resets a cancellation.
inline auto shield() { return boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation()); }

}  // namespace ekiden::runtime
