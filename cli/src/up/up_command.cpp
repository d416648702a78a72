#include <ekiden/runtime/deadline.hpp>

#include "commands.hpp"
#include "local/address_check.hpp"
#include "local/data_folder.hpp"
#include "up.hpp"

namespace ekiden::cli {
namespace {

Task<int> up(app::Process& process, const app::Invocation& call) {
  runtime::Env env = process.env();
  co_await require_free(env.clock, process.transport(), call.options.text("listen"), "--listen");
  require_usable_data(call.options);
  const auto system = std::make_unique<Up>(process, call);
  std::exception_ptr end;
  try {
    co_await system->run();
  } catch (...) {
    end = std::current_exception();
  }
  co_await runtime::shield();
  const int status = co_await system->stop();
  if (end && !process.interrupted()) {
    std::rethrow_exception(end);
  }
  co_return status;
}

}  // namespace

int run_up(app::Process& process, const app::Invocation& call) { return process.run(up(process, call)); }

}  // namespace ekiden::cli
