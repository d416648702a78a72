/// TaskGroup: owns tasks that run concurrently with their owner.
#pragma once

#include <ekiden/runtime/task.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <exception>
#include <functional>
#include <memory>

namespace ekiden::runtime {

/// Owns the tasks that are spawned into it. Its owner must join it: destroying a group with a running task is a bug and
/// ends the process, because the task would outlive the objects that it refers to.
class TaskGroup {
 public:
  /// `on_error` is called when the exception of a task is kept for join() or rethrow_first().
  explicit TaskGroup(Executor executor, std::function<void()> on_error = {});
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  /// Cancels one task. It can outlive the task and the group.
  ///
  /// Call cancel() from a task or a callback of the same loop. From other code, post it to the loop: if a task has
  /// ended but its end is not yet delivered, Boost 1.81 uses freed memory.
  class Handle {
   public:
    Handle() = default;
    void cancel() const;
    bool ended() const;

   private:
    friend class TaskGroup;
    struct Node;
    std::weak_ptr<Node> node_;
  };

  /// Called when a task ends, with its exception or null.
  using OnEnd = std::function<void(std::exception_ptr)>;

  /// Starts `task` at the next turn of the loop. Without `on_end` the first exception is kept, and join() throws it;
  /// the operation_aborted of a cancelled task is ignored.
  Handle spawn(Task<> task, OnEnd on_end = {});

  /// Cancels (terminal) every running task.
  void cancel();

  /// Waits until all tasks have ended, then throws the first kept exception.
  Task<> join();

  /// Throws the first kept exception, without waiting.
  void rethrow_first();

  std::size_t size() const;

 private:
  struct State;
  Executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace ekiden::runtime
