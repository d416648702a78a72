#include <ekiden/runtime/run_owning.hpp>

namespace ekiden::runtime {

Task<> run_owning(TaskGroup& tasks, Task<> work) {
  std::exception_ptr failure;
  try {
    co_await std::move(work);
    co_await tasks.join();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await shield();
    tasks.cancel();
    try {
      co_await tasks.join();
    } catch (...) {
      static_cast<void>(0);  // The first failure is the one to read.
    }
    std::rethrow_exception(failure);
  }
}

Task<> join_owning(TaskGroup& tasks) { return run_owning(tasks, tasks.join()); }

}  // namespace ekiden::runtime
