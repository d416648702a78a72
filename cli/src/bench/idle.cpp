#include "idle.hpp"

#include <ekiden/process/fleet.hpp>
#include <ekiden/process/process_facts.hpp>
#include <ekiden/runtime/run_owning.hpp>

#include <stdexcept>

#include "local/local_system.hpp"
#include "local/server_options.hpp"
#include "terminal/output_file.hpp"
#include "up/worker_command.hpp"

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kSettle = 3s;
constexpr runtime::Duration kGrace = 35s;

double cpu_seconds_of(const process::Child& worker) {
  const std::optional<double> seconds = process::cpu_seconds(worker.pid());
  if (!seconds) {
    throw std::runtime_error("the idle worker has ended, so its CPU cannot be measured");
  }
  return *seconds;
}

struct Idle {
  Idle(app::Process& process, const app::Options& options)
      : command(worker_command(options)),
        system(process, server_options_from(options, "127.0.0.1:0")),
        fleet(process.env().executor, process.env().clock) {}

  Task<double> measure(runtime::Clock& clock, runtime::Duration time) {
    co_await system.start();
    process::ProgramSpec spec;
    spec.arguments = command.arguments;
    spec.environment =
        worker_environment(app::process_environment(), system.work_place(), {{"EKIDEN_OPS", "127.0.0.1:0"}});
    spec.output = log.descriptor();
    const process::Fleet::Member& member = fleet.start("worker 1", spec);
    co_await clock.sleep_for(kSettle);
    const double before = cpu_seconds_of(member.child);
    co_await clock.sleep_for(time);
    co_return (cpu_seconds_of(member.child) - before) / std::chrono::duration<double>(time).count();
  }

  Task<> stop() {
    system.end_polls();
    co_await fleet.stop(kGrace);
    co_await system.stop();
  }

  WorkerCommand command;
  OutputFile log;
  LocalSystem system;
  process::Fleet fleet;
};

}  // namespace

Task<double> idle_share(app::Process& process, const app::Options& options, runtime::Duration time) {
  const auto idle = std::make_unique<Idle>(process, options);
  co_return co_await runtime::run_owning(idle->measure(process.env().clock, time), [&idle] { return idle->stop(); });
}

}  // namespace ekiden::cli
