/// The options of every worker.
#pragma once

#include <ekiden/app/option_spec.hpp>
#include <ekiden/app/options.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/worker/settings.hpp>

#include <vector>

namespace ekiden::app {

/// Which system a command talks to: --endpoint, --local, --region. Shared by the worker and by the tools.
std::vector<OptionSpec> target_options();

/// Everything a worker can be told, the target included. run_worker and App add the application's own.
std::vector<OptionSpec> worker_options();

/// The settings of one pipeline. `section` is the name that the program consumes the queue by: it names the
/// [queue.NAME] section and the program's own defaults. Settings::options holds every option that is not among
/// worker_options(): the application's own.
worker::Settings worker_settings(const Options& options, std::string_view section);

/// The threads of the pool behind Context::offload(): --offload-threads, else the number of CPU cores that this process
/// may run on, at least 1.
unsigned offload_threads(const Options& options);

/// What --endpoint, --local and --region say.
aws::TargetOptions target_from(const Options& options);

/// A check for HOST:PORT, as --ops and --listen take it: "localhost" or an address, IPv6 in brackets, with a port from
/// 0 to 65535.
std::optional<std::string> check_address(std::string_view text);

}  // namespace ekiden::app
