/// What a worker costs while there is nothing to do.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/runtime/clock.hpp>

namespace ekiden::cli {

/// Starts a worker on an empty queue, lets it settle, and yields the share of one core that it uses over `time`.
Task<double> idle_share(app::Process& process, const app::Options& options, runtime::Duration time);

}  // namespace ekiden::cli
