/// The end of an actor that owns tasks.
#pragma once

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <exception>
#include <utility>

namespace ekiden::worker {

/// Runs `work`, then joins the tasks that it spawned into `tasks`; if it throws, they are cancelled first, and the
/// exception goes on once they have ended. `tasks` is the actor's, which outlives its run().
inline Task<> run_owning(runtime::TaskGroup& tasks, Task<> work) {
  std::exception_ptr failure;
  try {
    co_await std::move(work);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await runtime::shield();
    tasks.cancel();
  }
  co_await tasks.join();
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace ekiden::worker
