#include <ekiden/runtime/run_owning.hpp>

#include "commands.hpp"
#include "local/address_check.hpp"
#include "local/data_folder.hpp"
#include "up.hpp"

namespace ekiden::cli {
namespace {

Task<> stop_all(Up& system, int& status) { status = co_await system.stop(); }

Task<int> up(app::Process& process, const app::Invocation& call) {
  runtime::Env env = process.env();
  co_await require_free(env.clock, process.transport(), call.options.text("listen"), "--listen");
  require_usable_data(call.options);
  const auto system = std::make_unique<Up>(process, call);
  int status = 0;
  const auto stop = [&system, &status] { return stop_all(*system, status); };
  try {
    co_await runtime::run_owning(system->run(), stop, runtime::Shielding::kAlways);
  } catch (...) {
    if (!process.interrupted()) {
      throw;
    }
  }
  co_return status;
}

}  // namespace

int run_up(app::Process& process, const app::Invocation& call) { return process.run(up(process, call)); }

}  // namespace ekiden::cli
