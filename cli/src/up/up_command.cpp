#include "up_command.hpp"

#include <ekiden/app/worker_options.hpp>
#include <ekiden/http/listen_address.hpp>
#include <ekiden/runtime/run_owning.hpp>

#include <algorithm>
#include <iterator>

#include "local/address_check.hpp"
#include "local/data_folder.hpp"
#include "local/server_options.hpp"
#include "option_names.hpp"
#include "up.hpp"
#include "worker_command.hpp"

namespace ekiden::cli {
namespace {

Task<> stop_all(Up& system, std::optional<int>& status) { status = co_await system.stop(); }

/// Otherwise the error would say that another program uses the port. The default of --ops gives way to --listen.
void require_two_addresses(const app::Options& options) {
  const auto server = http::ListenAddress::parse(options.get(option::kListen)).value();
  const auto pages = http::ListenAddress::parse(options.get(option::kOps)).value();
  const bool overlap = server.ip == pages.ip || server.ip.is_unspecified() || pages.ip.is_unspecified();
  if (server.port != 0 && server.port == pages.port && overlap && options.is_set(option::kOps)) {
    throw app::UsageError(options.named(option::kListen) + " " + options.get(option::kListen) + " and " +
                          options.named(option::kOps) + " " + options.get(option::kOps) +
                          " are the same address; give one of them another port, for example --ops " +
                          pages.with_port(0));
  }
}

Task<int> up(app::Process& process, const app::Invocation& call, Up*& running) {
  if (!call.options.has(option::kQueues)) {
    throw app::UsageError(call.options.named(option::kQueues) + " is empty; set it to the name of a queue");
  }
  require_two_addresses(call.options);
  runtime::Env env = process.env();
  co_await require_free(env.clock, process.transport(), call.options.get(option::kListen), option::kListen.flag());
  require_usable_data(call.options);
  const auto system = std::make_unique<Up>(process, call);
  running = system.get();
  std::optional<int> status;
  const auto stop = [&system, &status] { return stop_all(*system, status); };
  try {
    co_await runtime::run_owning(system->run(), stop, runtime::Shielding::kAlways);
  } catch (...) {
    running = nullptr;
    if (!process.interrupted() || !status) {
      throw;
    }
  }
  running = nullptr;
  co_return *status;
}

}  // namespace

app::CommandSpec up_spec() {
  app::CommandSpec command{
      .help = "start a local server, queue, table, workers and a status page",
      .description =
          "Starts a local server, creates a queue, its dead-letter queue and a table, starts "
          "workers and serves a status page for all of them, until Ctrl-C. For a worker with "
          "several handlers, repeat --queue and --table: the worker then finds each queue by the "
          "names in its program or in its configuration file, because EKIDEN_QUEUE, "
          "EKIDEN_QUEUE_URL and EKIDEN_TABLE are set only where there is one. A worker that crashes "
          "is restarted after 1 s, then 2 s, up to 30 s. The command fails if a worker crashes 5 "
          "times within a minute, or ends with status 2 (wrong usage or configuration). Without "
          "options it runs the news example."};
  command.options = {
      app::declare(option::kTasks, {.help = "number of workers", .fallback = "1", .minimum = "1", .maximum = "64"}),
      worker_option(),
      queue_option("news"),
      table_option("news-deliveries"),
      table_key_option(),
      listen_option("address of the local server; port 0 picks a free port"),
      app::declare(option::kOps,
                   {.help = "address of the status page; port 0 picks a free port. Without this option, a "
                            "free port is used if the port of the default is in use",
                    .fallback = "127.0.0.1:9000",
                    .value_name = "ADDRESS",
                    .check = app::check_address}),
  };
  std::ranges::move(server_options(), std::back_inserter(command.options));
  std::ranges::move(access_options(), std::back_inserter(command.options));
  command.examples = {"{program} up --tasks 2", "{program} up --data ./state --worker 'python3 worker.py'",
                      "{program} up --queue orders --table orders --table-key order_id --worker build/order-worker",
                      "{program} up --queue purchases --queue refunds --table shop --table-key id --worker "
                      "build/shop-worker"};
  return command;
}

int run_up(app::Process& process, const app::Invocation& call) {
  Up* running = nullptr;
  return process.run(up(process, call, running), {}, [&running](std::string_view) {
    if (running != nullptr) {
      running->hurry();
    }
  });
}

}  // namespace ekiden::cli
