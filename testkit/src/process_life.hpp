/// Process::Life: everything of a process that a crash destroys.
#pragma once

#include <ekiden/runtime/simulated/clock.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/testkit/process.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace ekiden::testkit {

struct Process::Life {
  Life(const runtime::VirtualTime& shared, runtime::Duration skew, const runtime::Random& chance)
      : time(shared), clock(time, skew), random(chance) {}

  /// Runs one ready step. False if none was ready.
  bool step() {
    if (context.stopped()) {
      context.restart();
    }
    return context.poll_one() > 0;
  }

  /// Runs `action` in the loop. Cancel tasks only there: from elsewhere, Asio forwards a cancellation to the task's
  /// executor by a raw pointer, which dangles if the task ends first.
  void enqueue(std::function<void()> action) {
    boost::asio::post(context, std::move(action));
    ready = true;
  }

  runtime::VirtualTime time;  ///< A copy: after a crash, tasks unwind in this time while the simulation's time stops.
  runtime::SimulatedClock clock;
  runtime::Random random;
  runtime::SimulatedOffload offload{clock, random, std::chrono::milliseconds(2)};
  std::unique_ptr<http::Transport> transport;
  std::vector<std::shared_ptr<void>> kept;
  boost::asio::io_context context{1};
  runtime::TaskGroup tasks{context.get_executor()};
  bool ready = true;       ///< `context` might have a ready step.
  bool suspended = false;  ///< Makes no step, and its timers do not fire.
  bool dead = false;       ///< After the crash: nothing that its tasks do has an effect.
  std::exception_ptr failure;
};

}  // namespace ekiden::testkit
