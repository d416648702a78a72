#include <ekiden/local/events.hpp>
#include <ekiden/ops/log.hpp>

#include <cstdio>

#include "address_check.hpp"
#include "commands.hpp"
#include "local_system.hpp"

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kStopGrace = std::chrono::seconds(2);

Task<int> check_address(runtime::Clock& clock, http::Transport& transport, std::string address) {
  co_await require_free(clock, transport, std::move(address), "--listen");
  co_return 0;
}

Task<int> serve(local::Server& server) {
  co_await server.run();
  co_return 0;
}

}  // namespace

int run_local(app::Process& process, const app::Invocation& call) {
  const local::ServerOptions options = server_options_from(call.options, call.options.text("listen"));
  process.run(check_address(process.env().clock, process.transport(), options.listen));
  const std::string& folder = options.service.storage.folder;
  local::Server server(process.env(), options);
  const ops::Log log(process.env().events, process.env().clock, {});
  std::printf("listening on %s\n", server.url().c_str());
  std::fflush(stdout);
  if (folder.empty()) {
    std::fprintf(stderr, "local %s: state in memory, gone when this ends; --data DIR keeps it\n", server.url().c_str());
  } else {
    std::fprintf(stderr, "local %s: state in %s\n", server.url().c_str(), folder.c_str());
  }
  return process.run(serve(server), [&server](std::string_view) { server.request_stop(kStopGrace); });
}

}  // namespace ekiden::cli
