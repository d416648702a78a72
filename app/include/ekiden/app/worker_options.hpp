/// The options of every worker.
#pragma once

#include <ekiden/app/option_spec.hpp>
#include <ekiden/app/options.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/worker/settings.hpp>

#include <vector>

namespace ekiden::app {

/// The options that say which system a command calls: --endpoint, --local, --region. Workers and the program ekiden
/// share them.
std::vector<OptionSpec> target_options();

/// All options of every worker, target_options() included. App adds the application's own.
std::vector<OptionSpec> worker_options();

/// The settings of one pipeline. `section` is Defaults::queue of its consumer: the NAME of its [queue.NAME] section.
/// Settings::options gets the application's own options: all that have a value and are not in worker_options(). Throws
/// UsageError if the user set both --dead-letter-queue and --no-dead-letter-queue for it.
worker::Settings worker_settings(const Options& options, std::string_view section);

/// Throws UsageError if two handlers of a worker would read one queue: if a flag, a variable or a top-level key names
/// the queue, which would be the queue of every handler, or if two handlers name the same queue. `sections` are the
/// handlers, as in worker_settings(). Anything is allowed for one handler. Calls no service, so it does not see that a
/// name and a URL mean one queue: the worker's start does.
void require_queue_for_each(const Options& options, const std::vector<std::string>& sections);

/// The number of threads behind Context::offload(): --offload-threads, else the number of CPU cores that this process
/// can use, at least 1.
unsigned offload_threads(const Options& options);

/// The values of --endpoint, --local and --region.
aws::TargetOptions target_from(const Options& options);

/// An OptionSpec::check for ADDRESS:PORT, for --ops and --listen. ADDRESS is "localhost", an IPv4 address, or an IPv6
/// address in brackets; PORT is 0 to 65535.
std::optional<std::string> check_address(std::string_view text);

/// --allow-origin and --allow-host, for every program that serves HTTP: http/browser_guard.hpp.
std::vector<OptionSpec> browser_options();

}  // namespace ekiden::app
