#include "up_command.hpp"

#include <ekiden/app/worker_options.hpp>
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

Task<int> up(app::Process& process, const app::Invocation& call) {
  runtime::Env env = process.env();
  co_await require_free(env.clock, process.transport(), call.options.get(option::kListen), option::kListen.flag());
  require_usable_data(call.options);
  const auto system = std::make_unique<Up>(process, call);
  std::optional<int> status;
  const auto stop = [&system, &status] { return stop_all(*system, status); };
  try {
    co_await runtime::run_owning(system->run(), stop, runtime::Shielding::kAlways);
  } catch (...) {
    if (!process.interrupted() || !status) {
      throw;
    }
  }
  co_return *status;
}

}  // namespace

app::CommandSpec up_spec() {
  app::CommandSpec command{.help = "start a local server, queue, table, workers and a status page",
                           .description =
                               "Starts a local server, creates a queue, its dead-letter queue and a table, starts "
                               "workers and serves a status page for all of them, until Ctrl-C. A worker that crashes "
                               "is restarted after 1 s, then 2 s, up to 30 s. The command fails if a worker crashes 5 "
                               "times within a minute, or ends with status 2 (it rejects its configuration). Without "
                               "options it runs the news example."};
  command.options = {
      app::declare(option::kTasks, {.help = "number of workers", .fallback = "1", .minimum = "1", .maximum = "64"}),
      worker_option(),
      queue_option("news"),
      table_option("news-deliveries"),
      table_key_option(),
      listen_option("address of the local server; port 0 takes a free port"),
      app::declare(option::kOps, {.help = "address of the status page; port 0 takes a free port",
                                  .fallback = "127.0.0.1:9000",
                                  .value_name = "ADDRESS",
                                  .check = app::check_address}),
  };
  std::ranges::move(server_options(), std::back_inserter(command.options));
  command.examples = {"{program} up --tasks 2", "{program} up --data ./state --worker 'python3 worker.py'",
                      "{program} up --queue orders --table orders --table-key order_id --worker build/order-worker"};
  return command;
}

int run_up(app::Process& process, const app::Invocation& call) { return process.run(up(process, call)); }

}  // namespace ekiden::cli
