/// The options of every worker.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <vector>

namespace ekiden::app {

/// Which system a command talks to: --endpoint, --local, --region. Shared by the worker and by the tools.
std::vector<OptionSpec> target_options();

/// Everything a worker can be told, the target included. run_worker and App add the application's own.
std::vector<OptionSpec> worker_options();

/// A check for HOST:PORT, as --ops and --listen take it: an address with a port from 0 to 65535.
std::optional<std::string> check_address(std::string_view text);

}  // namespace ekiden::app
