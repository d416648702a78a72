/// The command line and the environment with which `up` and `bench` start a worker.
#pragma once

#include <ekiden/app/command_line.hpp>

#include <string>
#include <vector>

#include "local/work_place.hpp"

namespace ekiden::cli {

struct WorkerCommand {
  std::vector<std::string> arguments;  ///< The first is a path.
  std::string name;                    ///< "news-worker", or the command line as given.
};

app::OptionSpec worker_option();
/// Returns the command line of --worker, run by sh -c, or without it news-worker in the folder of this program. Throws
/// app::UsageError if it can see, without running the command line, that the program does not exist.
WorkerCommand worker_command(const app::Options& options);

/// Returns `base` with the variables that lead any worker to the endpoint, to the queue if there is one, and to the
/// table if there is one, and without those that would lead it elsewhere. Adds the variables of `extra` that `base`
/// does not have.
std::vector<std::string> worker_environment(app::Environment base, const WorkPlace& place,
                                            const app::Environment& extra);

}  // namespace ekiden::cli
