/// TaskGroup: the owner of loose tasks.
#pragma once

#include <ekiden/runtime/task.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <exception>
#include <functional>
#include <memory>

namespace ekiden::runtime {

/// Owns the tasks spawned into it; its owner joins it. Destroying a group with a task inside is a bug and ends the
/// process, because such a task would outlive what it refers to.
class TaskGroup {
 public:
  /// `on_error` is called when a task leaves an exception for join() or rethrow_first(), so that its owner can look.
  explicit TaskGroup(Executor executor, std::function<void()> on_error = {});
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup();

  /// Takes one task back before its end. Outliving the task, or the group, is harmless. cancel() is for a task or a
  /// callback of the same loop: from outside, while the loop does not run, it may meet a task that has ended but whose
  /// end is not delivered yet, and Boost 1.81 then touches what it has freed; post it to the loop.
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

  /// Told how a task ended: no exception, or the one it threw.
  using OnEnd = std::function<void(std::exception_ptr)>;

  /// Starts `task` at the next turn of the loop. Without `on_end` the first exception is kept and thrown by join(),
  /// but for the operation_aborted of a task that was cancelled.
  Handle spawn(Task<> task, OnEnd on_end = {});

  /// Cancels (terminal) every task inside.
  void cancel();

  /// Waits until nobody is inside, then throws the first exception that nobody else received.
  Task<> join();

  /// As join() does, without waiting.
  void rethrow_first();

  std::size_t size() const;

 private:
  struct State;
  Executor executor_;
  std::shared_ptr<State> state_;
};

}  // namespace ekiden::runtime
