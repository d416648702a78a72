/// Env: what a process stands on. Everything that waits, rolls dice or reports takes it from here.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>
#include <ekiden/runtime/offload.hpp>
#include <ekiden/runtime/random.hpp>
#include <ekiden/runtime/task.hpp>

namespace ekiden::runtime {

/// The seams to the machine, handed down by value; the owner of the parts keeps them alive longer than every task.
struct Env {
  Executor executor;
  Clock& clock;
  Random& random;
  Events& events;
  Offload& offload;
};

}  // namespace ekiden::runtime
