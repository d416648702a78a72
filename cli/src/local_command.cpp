#include <ekiden/local/events.hpp>
#include <ekiden/ops/log.hpp>

#include <cstdio>

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

/// Says where it listens once signals are heard, so that whoever waits for the line may stop it at once.
Task<int> serve(local::Server& server, std::string folder) {
  const std::string url = server.url();
  std::printf("listening on %s\n", url.c_str());
  std::fflush(stdout);
  std::fprintf(
      stderr, "local %s: %s\n", url.c_str(),
      folder.empty() ? "state in memory, gone when this ends; --data DIR keeps it" : ("state in " + folder).c_str());
  co_await server.run();
  co_return 0;
}

}  // namespace

int run_local(app::Process& process, const app::Invocation& call) {
  const local::ServerOptions options = server_options_from(call.options, call.options.text("listen"));
  process.run(check_address(process.env().clock, process.transport(), options.listen));
  require_usable_data(call.options);
  local::Server server(process.env(), options);
  const ops::Log log(process.env().events, process.env().clock, {});
  return process.run(serve(server, options.service.storage.folder),
                     [&server](std::string_view) { server.request_stop(kStopGrace); });
}

}  // namespace ekiden::cli
