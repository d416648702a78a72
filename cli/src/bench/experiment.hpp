/// Experiment: one run of `ekiden bench`: fill, drain, verify.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/local/server.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "crew/container_crew.hpp"
#include "report.hpp"

namespace ekiden::cli {

/// The parameters of one run.
struct Trial {
  std::int64_t messages = 10'000;
  int tasks = 1;
  std::string label;                        ///< Shown before its progress bar.
  std::optional<ContainerPlan> containers;  ///< Run each task as a container; empty: as a process.
  local::ServerOptions server;              ///< Each run makes and removes a folder of its own in the data folder.
  app::Environment worker_variables;        ///< Added to those of every worker.
};

/// Starts a new local server, fills its queue, runs `tasks` workers until the queue is drained, and checks every item.
/// Throws std::runtime_error with the end of the last worker's log if all workers ended by themselves.
Task<RunResult> run_trial(app::Process& process, const app::Options& options, Trial trial);

}  // namespace ekiden::cli
