#include "server_options.hpp"

#include <ekiden/app/worker_options.hpp>

#include <stdexcept>
#include <utility>

#include "option_names.hpp"

namespace ekiden::cli {

using app::declare;

std::vector<app::OptionSpec> server_options() {
  return app::in_group(
      kServerGroup,
      {
          declare(option::kData, {.help = "store queues and tables durably in this folder", .value_name = "DIR"}),
          declare(option::kMemory,
                  {.help = "keep queues and tables in memory (the default); they are lost when the process ends"}),
          declare(option::kLatency, {.help = "delay of the answers: none, or tokyo (as measured in an AWS region)",
                                     .fallback = "none",
                                     .value_name = "PROFILE",
                                     .choices = {"none", "tokyo"}}),
          declare(
              option::kFaults,
              {.help = "faults to inject, each with a rate from 0 to 1, as in throttle=0.01,drop=0.01. Requests fail: "
                       "throttle, error, unavailable. Answers are lost: drop. Entries of a batch fail: partial "
                       "(SQS), unprocessed (DynamoDB)",
               .value_name = "FAULTS"}),
          declare(option::kSeed, {.help = "seed of ids, latencies and faults; set it to repeat a run",
                                  .default_words = "random",
                                  .minimum = "0"}),
      });
}

std::vector<app::OptionSpec> access_options() { return app::in_group(kServerGroup, app::browser_options()); }

app::OptionSpec listen_option(std::string help) {
  return declare(
      option::kListen,
      {.help = std::move(help), .fallback = "127.0.0.1:4566", .value_name = "ADDRESS", .check = app::check_address});
}

local::ServerOptions open_server_options_from(const app::Options& options) {
  local::ServerOptions server = server_options_from(options, options.get(option::kListen));
  server.allowed_origins = options.get(option::kAllowOrigin);
  server.allowed_hosts = options.get(option::kAllowHost);
  return server;
}

local::ServerOptions server_options_from(const app::Options& options, std::string listen) {
  local::ServerOptions server;
  server.listen = std::move(listen);
  if (options.has(option::kData)) {
    if (options.get(option::kMemory)) {
      options.refuse_both(option::kData, option::kMemory);
    }
    server.service.storage.folder = options.get(option::kData);
  }
  try {
    server.service.latency = local::parse_latency(options.get(option::kLatency));
    server.service.faults = local::Faults::parse(options.get(option::kFaults));
  } catch (const std::invalid_argument& error) {
    throw app::UsageError(error.what());
  }
  if (options.has(option::kSeed)) {
    server.seed = static_cast<std::uint64_t>(options.get(option::kSeed));
  }
  return server;
}

}  // namespace ekiden::cli
