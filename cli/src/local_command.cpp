#include <ekiden/aws/credentials.hpp>
#include <ekiden/local/events.hpp>
#include <ekiden/ops/log.hpp>

#include <cstdio>
#include <optional>
#include <string>

#include "address_check.hpp"
#include "commands.hpp"
#include "data_folder.hpp"
#include "local_system.hpp"

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kStopGrace = std::chrono::seconds(2);

Task<int> check_address(runtime::Clock& clock, http::Transport& transport, std::string address) {
  co_await require_free(clock, transport, std::move(address), "--listen");
  co_return 0;
}

/// The keys that requests must be signed with: this environment's, or those that clients of a local server use
/// when they have none.
aws::Credentials accepted_keys() {
  return aws::credentials_from_environment(app::Process::environment())
      .value_or(aws::Credentials{"local", "local", {}, {}});
}

/// Says where it listens once signals are heard, so that whoever waits for the line may stop it at once.
Task<int> serve(local::Server& server, std::string folder, std::string key_id) {
  const std::string url = server.url();
  std::printf("listening on %s\n", url.c_str());
  std::fflush(stdout);
  std::fprintf(
      stderr, "local %s: %s\n", url.c_str(),
      folder.empty() ? "state in memory, gone when this ends; --data DIR keeps it" : ("state in " + folder).c_str());
  if (!key_id.empty()) {
    std::fprintf(stderr, "local %s: requests must be signed with the keys of %s\n", url.c_str(), key_id.c_str());
  }
  co_await server.run();
  co_return 0;
}

}  // namespace

int run_local(app::Process& process, const app::Invocation& call) {
  local::ServerOptions options = server_options_from(call.options, call.options.text("listen"));
  process.run(check_address(process.env().clock, process.transport(), options.listen));
  require_usable_data(call.options);
  std::string key_id;
  if (call.options.flag("verify-signatures")) {
    const aws::Credentials keys = accepted_keys();
    key_id = keys.access_key_id;
    options.service.keys = [keys](std::string_view id) {
      return id == keys.access_key_id ? std::optional(keys) : std::nullopt;
    };
  }
  local::Server server(process.env(), options);
  const ops::Log log(process.env().events, process.env().clock, {});
  return process.run(serve(server, options.service.storage.folder, key_id),
                     [&server](std::string_view) { server.request_stop(kStopGrace); });
}

}  // namespace ekiden::cli
