/// Task: the coroutine type of all asynchronous functions.
#pragma once

// GCC older than 14 destroys awaited temporaries twice, without a warning.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 14
#error \
    "Ekiden does not build with GCC older than 14: it miscompiles ordinary co_await statements. Use Clang 16+ or GCC 14+."
#endif

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace ekiden::runtime {

/// The event loop that runs the tasks of a process.
using Executor = boost::asio::any_io_executor;

/// A coroutine that returns a T or throws. It starts when it is awaited.
///
/// Owner: every Task is awaited, or owned by a TaskGroup or a Supervisor. There are no detached tasks.
/// Parameters: pass values. A reference parameter must refer to something that outlives the task.
/// Limits: T must be default-constructible if the task is spawned instead of awaited (Boost 1.81 constructs a T when
///         the task throws).
///
///   Task<int> answer(runtime::Clock& clock) {
///     co_await clock.sleep_for(std::chrono::seconds(1));
///     co_return 42;
///   }
template <typename T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace ekiden::runtime

namespace ekiden {
using runtime::Task;
}  // namespace ekiden
