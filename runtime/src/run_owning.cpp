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
    co_await tasks.join();
    std::rethrow_exception(failure);
  }
}

Task<> join_owning(TaskGroup& tasks) { return run_owning(tasks, tasks.join()); }

}  // namespace ekiden::runtime
