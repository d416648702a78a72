#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/simulated/loop.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ekiden::runtime {

Task<> SimulatedOffload::execute(std::function<void()> job) {
  std::exception_ptr error;
  taken_ = {};
  try {
    job();
  } catch (...) {
    error = std::current_exception();
  }
  const auto delay = taken_ + Duration(random_.between(0, max_delay_.count()));
  // As in ThreadOffload, a cancelled caller waits, too.
  const auto home = co_await boost::asio::this_coro::executor;
  boost::asio::cancellation_slot deaf;
  auto token = boost::asio::bind_cancellation_slot(deaf, boost::asio::use_awaitable);
  co_await boost::asio::co_spawn(home, clock_.sleep_for(delay), token);
  if (error) {
    std::rethrow_exception(error);
  }
}

SimulatedLoop::SimulatedLoop(std::uint64_t seed)
    : clock_(time_), random_(seed), offload_(clock_, random_, std::chrono::milliseconds(1)) {}

SimulatedLoop::~SimulatedLoop() {
  // Tasks that a test left waiting are destroyed while they are suspended.
  const base::CrashScope crash;
  clock_.drop_all();
}

bool SimulatedLoop::step(std::optional<TimePoint> limit) {
  if (context_.stopped()) {
    context_.restart();
  }
  if (context_.poll() > 0) {
    return true;
  }
  const std::optional<TimePoint> next = clock_.next_expiry();
  if (!next || (limit && *next > *limit)) {
    return false;
  }
  time_.now = std::max(time_.now, *next);
  clock_.fire();
  return true;
}

void SimulatedLoop::run_until(TimePoint limit) {
  while (step(limit)) {
  }
  time_.now = std::max(time_.now, limit);
}

void SimulatedLoop::run() {
  while (step(std::nullopt)) {
  }
}

void SimulatedLoop::run_while(const std::function<bool()>& wanted) {
  while (wanted() && step(std::nullopt)) {
  }
}

void SimulatedLoop::finish(bool ended, const std::exception_ptr& error) {
  if (error) {
    std::rethrow_exception(error);
  }
  if (!ended) {
    throw std::logic_error(
        "nothing is left to do, but the task has not ended: it waits for something that will never happen");
  }
}

void SimulatedLoop::run(Task<> task) {
  std::exception_ptr error;
  bool ended = false;
  auto on_end = [&](std::exception_ptr thrown) {
    ended = true;
    error = thrown;
  };
  boost::asio::co_spawn(context_, std::move(task), std::move(on_end));
  run_while([&ended] { return !ended; });
  finish(ended, error);
}

}  // namespace ekiden::runtime
