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

/// What one run is to do.
struct Trial {
  std::int64_t messages = 10'000;
  int tasks = 1;
  std::string label;                        ///< Before its progress bar.
  std::optional<ContainerPlan> containers;  ///< A container each; nothing: a process each.
  local::ServerOptions server;        ///< Its data folder, if any, gets a folder of the run's own, gone afterwards.
  app::Environment worker_variables;  ///< Beside those that every worker gets.
};

/// A fresh local server, its queue filled, `tasks` workers until it is drained, then every item looked at.
/// Throws std::runtime_error when the last worker has ended by itself, with the end of its log.
Task<RunResult> run_trial(app::Process& process, const app::Options& options, Trial trial);

}  // namespace ekiden::cli
