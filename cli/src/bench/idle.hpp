/// The CPU that a worker uses while its queue is empty.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/runtime/clock.hpp>

namespace ekiden::cli {

/// Starts a worker on an empty queue, waits until it has started up, and returns the share of one core (0 to 1) that it
/// uses over `time`.
Task<double> idle_share(app::Process& process, const app::Options& options, runtime::Duration time);

}  // namespace ekiden::cli
