#include "local_command.hpp"

#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/local/events.hpp>
#include <ekiden/ops/log.hpp>

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <string>

#include "address_check.hpp"
#include "data_folder.hpp"
#include "local_system.hpp"
#include "option_names.hpp"
#include "server_options.hpp"

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kStopGrace = std::chrono::seconds(2);

Task<int> check_address(runtime::Clock& clock, http::Transport& transport, std::string address) {
  co_await require_free(clock, transport, std::move(address), option::kListen.flag());
  co_return base::kExitDone;
}

/// The credentials that requests must be signed with: those of this environment, or the defaults of local clients.
aws::Credentials accepted_keys() {
  return aws::credentials_from_environment(app::Process::environment()).value_or(kLocalKeys);
}

/// The queues and the tables to create at the start. There are none unless their options are given.
Names wanted_names(const app::Options& options) {
  if (options.is_set(option::kTableKey) && !options.has(option::kTables)) {
    throw app::UsageError("--table-key requires --table");
  }
  return names_from(options);
}

void introduce(const LocalSystem& system, const app::Options& options, const std::string& key_id, bool created) {
  const std::string url = system.server().url();
  const auto say = [&url](const std::string& text) { base::say("local " + url + ": " + text); };
  const std::string folder = options.get(option::kData);
  say(folder.empty() ? "state in memory, lost when the server ends; keep it with --data DIR" : "state in " + folder);
  if (const std::string made = names_text(system.names()); !made.empty()) {
    say(made + (created ? ": created" : ": exists"));
  }
  if (const std::string note = exposure_note(options.get(option::kListen)); !note.empty()) {
    say(note);
  }
  if (!key_id.empty()) {
    say("requests must be signed with access key " + key_id);
  }
}

/// Prints where the server listens, after signal handlers are set and queue and table exist: a script that reads the
/// line can use or stop the server at once.
Task<> serve(LocalSystem& system, const app::Options& options, const std::string& key_id) {
  const bool created = co_await system.start();
  base::outlet_of(STDOUT_FILENO)->write("listening on " + system.server().url() + "\n");
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
  co_return base::kExitDone;
}

/// Read from the flag only: variables meant for a worker must not make `local` create anything.
app::OptionSpec as_flag_only(app::OptionSpec spec) {
  spec.scope = app::OptionScope::kFlagOnly;
  return spec;
}

}  // namespace

app::CommandSpec local_spec() {
  app::CommandSpec command{
      .help = "serve SQS and DynamoDB on this machine",
      .description =
          "Serves the protocols of Amazon SQS and DynamoDB on this machine, for development, "
          "for tests, and for jobs that need only one machine. AWS clients work with it, with any "
          "region and (without --verify-signatures) any credentials. It creates only the queues of "
          "--queue with their dead-letter queues, and the tables of --table."};
  command.options = {listen_option("address to listen on; port 0 picks a free port"), as_flag_only(queue_option()),
                     as_flag_only(table_option()), as_flag_only(table_key_option())};
  std::ranges::move(server_options(), std::back_inserter(command.options));
  std::ranges::move(access_options(), std::back_inserter(command.options));
  command.options.push_back(
      app::declare(option::kVerifySignatures,
                   {.help = "reject requests that are not signed with the server's AWS_ACCESS_KEY_ID, "
                            "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (default: local/local, no token). Without "
                            "this option any credentials are accepted",
                    .group = kServerGroup}));
  command.examples = {"{program} local", "{program} local --data ./state --latency tokyo",
                      "{program} local --queue orders --table orders --table-key order_id",
                      "{program} local --listen 127.0.0.1:0 --faults throttle=0.01,drop=0.01 --seed 7",
                      "aws --endpoint-url http://127.0.0.1:4566 sqs list-queues"};
  return command;
}

int run_local(app::Process& process, const app::Invocation& call) {
  local::ServerOptions options = open_server_options_from(call.options);
  Names names = wanted_names(call.options);
  process.run(check_address(process.env().clock, process.transport(), options.listen));
  require_usable_data(call.options);
  aws::Credentials keys = kLocalKeys;
  std::string key_id;
  if (call.options.get(option::kVerifySignatures)) {
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
