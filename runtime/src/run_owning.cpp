#include <ekiden/runtime/run_owning.hpp>

namespace ekiden::runtime {
namespace {

Task<> work_and_join(TaskGroup& tasks, Task<> work) {
  co_await std::move(work);
  co_await tasks.join();
}

}  // namespace

Task<> run_owning(TaskGroup& tasks, Task<> work) {
  // After a success no task is left to cancel.
  co_await run_owning(work_and_join(tasks, std::move(work)), [&tasks] {
    tasks.cancel();
    return tasks.join();
  });
}

Task<> join_owning(TaskGroup& tasks) { return run_owning(tasks, tasks.join()); }

}  // namespace ekiden::runtime
