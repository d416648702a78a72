/// The options of every command that runs a local server: --data, --memory, --latency, --faults and --seed.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/local/server.hpp>

#include <string>
#include <vector>

namespace ekiden::cli {

/// Their heading in the help.
inline constexpr const char* kServerGroup = "local server";

std::vector<app::OptionSpec> server_options();
/// --listen with its default. `help` says what listens.
app::OptionSpec listen_option(std::string help);

/// --allow-origin and --allow-host, for the commands that have --listen.
std::vector<app::OptionSpec> access_options();

/// Reads all of these options, with --listen. Throws app::UsageError.
local::ServerOptions open_server_options_from(const app::Options& options);
/// Reads server_options() for a server on `listen`. Throws app::UsageError.
local::ServerOptions server_options_from(const app::Options& options, std::string listen);

}  // namespace ekiden::cli
