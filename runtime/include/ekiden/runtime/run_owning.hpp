/// run_owning: work that leaves nothing behind, however it ends.
#pragma once

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/task.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace ekiden::runtime {

/// When a clean-up is deaf to a further cancellation of its caller.
enum class Shielding {
  kAfterFailure,  ///< When the work threw, a cancellation included. After a success it can be cancelled in its turn.
  kAlways         ///< Nothing may be cut off: a store that commits what is queued.
};

/// Runs `work`, then `clean_up`, a function that yields a Task<>, then returns what the work yielded or throws what it
/// threw. What the clean-up throws is thrown where the work did not fail: the first failure is the one to read. What
/// the clean-up refers to is its caller's, who waits.
///
/// A clean-up ends by itself: it cancels what it joins, or bounds what it waits for, because after a failure nobody
/// can cut it off.
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

/// Runs `work`, then joins the tasks that it spawned into `tasks`. If either throws, the tasks are cancelled first, and
/// the exception goes on once they have ended: the first one, whatever the tasks throw then. `tasks` is the caller's.
Task<> run_owning(TaskGroup& tasks, Task<> work);

/// Joins `tasks` likewise.
Task<> join_owning(TaskGroup& tasks);

}  // namespace ekiden::runtime
