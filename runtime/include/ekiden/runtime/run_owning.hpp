/// run_owning(): runs work and always cleans up after it.
#pragma once

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/task.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace ekiden::runtime {

/// When a clean-up ignores a further cancellation of its caller.
enum class Shielding {
  kAfterFailure,  ///< If the work threw or was cancelled. After a success the clean-up can be cancelled.
  kAlways         ///< For a clean-up that must not be interrupted, such as a store that commits its queue.
};

/// Runs `work`, then `clean_up` (a function that returns a Task<>). Then returns the result of the work, or throws its
/// exception. An exception of the clean-up is thrown only if the work did not fail: the first failure is reported. The
/// clean-up can refer to its caller's variables, because the caller waits for it.
///
/// A clean-up must end by itself, because after a failure it cannot be cancelled: it cancels the tasks that it joins,
/// or limits its waits.
template <typename T, typename CleanUp>
Task<T> run_owning(Task<T> work, CleanUp clean_up, Shielding shielding = Shielding::kAfterFailure) {
  std::exception_ptr failure;
  std::conditional_t<std::is_void_v<T>, bool, std::optional<T>> result{};
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(work);
    } else {
      result = co_await std::move(work);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure || shielding == Shielding::kAlways) {
    co_await shield();
  }
  try {
    Task<> cleaning = clean_up();
    co_await std::move(cleaning);
  } catch (...) {
    failure = failure ? failure : std::current_exception();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  if constexpr (!std::is_void_v<T>) {
    co_return std::move(*result);
  }
}

/// Runs `work`, then joins the tasks that it spawned into `tasks`. If the work or a task throws, all tasks are
/// cancelled, and the first exception is thrown when they have ended. `tasks` belongs to the caller.
Task<> run_owning(TaskGroup& tasks, Task<> work);

/// Joins `tasks` in the same way.
Task<> join_owning(TaskGroup& tasks);

}  // namespace ekiden::runtime
