/// What `up` and `bench` start as a worker, and with which environment.
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
/// What --worker says, under sh -c, or, if it says nothing, news-worker beside this program. Throws app::UsageError if
/// there is no such program, as far as that can be told without running the command line.
WorkerCommand worker_command(const app::Options& options);

/// `base` with the variables by which any worker, ours or not, finds queue and table; those that would lead it
/// elsewhere are taken out. `extra` is set unless `base` has it.
std::vector<std::string> worker_environment(app::Environment base, const WorkPlace& place,
                                            const app::Environment& extra);

}  // namespace ekiden::cli
