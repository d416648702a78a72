/// Env: the executor, clock, random numbers, events and thread pool of a process.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>
#include <ekiden/runtime/offload.hpp>
#include <ekiden/runtime/random.hpp>
#include <ekiden/runtime/task.hpp>

namespace ekiden::runtime {

/// The interfaces to the machine, passed by value. The parts must outlive every task that uses them.
struct Env {
  Executor executor;
  Clock& clock;
  Random& random;
  Events& events;
  Offload& offload;
};

}  // namespace ekiden::runtime
