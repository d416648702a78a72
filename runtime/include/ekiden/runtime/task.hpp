/// Task: the coroutine type of everything that waits.
#pragma once

// GCC older than 14 destroys ordinary awaited temporaries twice, without a warning; say so before it does.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 14
#error \
    "Ekiden does not build with GCC older than 14: it miscompiles ordinary co_await statements. Use Clang 16+ or GCC 14+."
#endif

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace ekiden::runtime {

/// Where a process's tasks run: its one event loop.
using Executor = boost::asio::any_io_executor;

/// A coroutine that yields a T, or throws.
///
/// A Task runs only while it is awaited or owned by a TaskGroup or a Supervisor: nothing here is detached.
/// Parameters are values; a reference parameter names only what its owner keeps alive longer than the task.
/// T must be default-constructible where the task is spawned rather than awaited (Boost 1.81 constructs one when
/// the task throws).
template <typename T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace ekiden::runtime

namespace ekiden {
using runtime::Task;
}  // namespace ekiden
