#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/local/events.hpp>
#include <ekiden/ops/log.hpp>

#include <cstdio>
#include <exception>
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
  return aws::credentials_from_environment(app::Process::environment()).value_or(kLocalKeys);
}

/// What is to be made at the start: nothing, unless a queue or a table is named.
Names wanted_names(const app::Options& options) {
  if (options.is_set("table-key") && !options.has("table")) {
    throw app::UsageError("table-key: there is no table whose key it would be: name it with --table");
  }
  return names_from(options);
}

void introduce(const LocalSystem& system, const app::Options& options, const std::string& key_id, bool created) {
  const std::string url = system.server().url();
  const auto say = [&url](const std::string& text) {
    std::fprintf(stderr, "local %s: %s\n", url.c_str(), text.c_str());
  };
  const std::string folder = options.text("data");
  say(folder.empty() ? "state in memory, gone when this ends; --data DIR keeps it" : "state in " + folder);
  if (const std::string made = names_text(system.names()); !made.empty()) {
    say(made + (created ? ": created" : ": found"));
  }
  if (const std::string note = exposure_note(options.text("listen")); !note.empty()) {
    say(note);
  }
  if (!key_id.empty()) {
    say("requests must be signed with the keys of " + key_id);
  }
}

/// Says where it listens once signals are heard and what was asked for is there, so that whoever waits for the line may
/// use it, or stop it, at once.
Task<> serve(LocalSystem& system, const app::Options& options, const std::string& key_id) {
  const bool created = co_await system.start();
  std::printf("listening on %s\n", system.server().url().c_str());
  std::fflush(stdout);
  introduce(system, options, key_id, created);
  co_await system.ended();
}

Task<int> serve_to_the_end(app::Process& process, LocalSystem& system, const app::Options& options,
                           std::string key_id) {
  std::exception_ptr failure;
  try {
    co_await serve(system, options, key_id);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await system.stop();
  }
  if (failure && !process.interrupted()) {
    std::rethrow_exception(failure);
  }
  co_return 0;
}

}  // namespace

int run_local(app::Process& process, const app::Invocation& call) {
  local::ServerOptions options = server_options_from(call.options, call.options.text("listen"));
  Names names = wanted_names(call.options);
  process.run(check_address(process.env().clock, process.transport(), options.listen));
  require_usable_data(call.options);
  aws::Credentials keys = kLocalKeys;
  std::string key_id;
  if (call.options.flag("verify-signatures")) {
    keys = accepted_keys();
    key_id = keys.access_key_id;
    options.service.keys = [keys](std::string_view id) {
      return id == keys.access_key_id ? std::optional(keys) : std::nullopt;
    };
  }
  LocalSystem system(process, std::move(options), std::move(names), keys);
  const ops::Log log(process.env().events, process.env().clock, {});
  return process.run(serve_to_the_end(process, system, call.options, key_id),
                     [&system](std::string_view) { system.request_stop(kStopGrace); });
}

}  // namespace ekiden::cli
