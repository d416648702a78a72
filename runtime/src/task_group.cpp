#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include <list>

namespace ekiden::runtime {

// Shared by the group and the completion handlers of its tasks: in a simulated crash, frames can outlive the group.
struct TaskGroup::Handle::Node {
  boost::asio::cancellation_signal signal;
  OnEnd on_end;
  bool cancelled = false;
  std::list<std::shared_ptr<Node>>::iterator position;

  void cancel() {
    cancelled = true;
    signal.emit(boost::asio::cancellation_type::terminal);
  }
};

struct TaskGroup::State {
  std::list<std::shared_ptr<Handle::Node>> nodes;
  std::exception_ptr first_error;
  std::function<void()> on_error;
  Condition emptied;

  void ended(const std::shared_ptr<Handle::Node>& node, const std::exception_ptr& error) {
    nodes.erase(node->position);
    if (node->on_end) {
      node->on_end(error);
    } else if (error && !first_error && !(node->cancelled && is_aborted(error))) {
      first_error = error;
      if (on_error) {
        on_error();
      }
    }
    if (nodes.empty()) {
      emptied.notify_all();
    }
  }

  static bool is_aborted(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& system) {
      return system.code() == boost::asio::error::operation_aborted;
    } catch (...) {
      return false;
    }
  }
};

TaskGroup::TaskGroup(Executor executor, std::function<void()> on_error)
    : executor_(std::move(executor)), state_(std::make_shared<State>()) {
  state_->on_error = std::move(on_error);
}

TaskGroup::~TaskGroup() {
  EKIDEN_ASSERT(state_->nodes.empty() || base::crashing());
  state_->on_error = nullptr;
}

TaskGroup::Handle TaskGroup::spawn(Task<> task, OnEnd on_end) {
  auto node = std::make_shared<Handle::Node>();
  node->on_end = std::move(on_end);
  node->position = state_->nodes.insert(state_->nodes.end(), node);
  Handle handle;
  handle.node_ = node;
  const auto slot = node->signal.slot();
  auto ended = [state = state_, node = std::move(node)](std::exception_ptr error) { state->ended(node, error); };
  boost::asio::co_spawn(executor_, std::move(task), boost::asio::bind_cancellation_slot(slot, std::move(ended)));
  return handle;
}

void TaskGroup::cancel() {
  // A copy, because a cancelled task can end or spawn others during the loop.
  const auto nodes = state_->nodes;
  for (const auto& node : nodes) {
    node->cancel();
  }
}

Task<> TaskGroup::join() {
  const auto state = state_;
  while (!state->nodes.empty()) {
    co_await state->emptied.wait();
  }
  if (const std::exception_ptr error = std::exchange(state->first_error, nullptr)) {
    std::rethrow_exception(error);
  }
}

void TaskGroup::rethrow_first() {
  if (const std::exception_ptr error = std::exchange(state_->first_error, nullptr)) {
    std::rethrow_exception(error);
  }
}

std::size_t TaskGroup::size() const { return state_->nodes.size(); }

void TaskGroup::Handle::cancel() const {
  if (const auto node = node_.lock()) {
    node->cancel();
  }
}

bool TaskGroup::Handle::ended() const { return node_.expired(); }

}  // namespace ekiden::runtime
