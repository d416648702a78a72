#include <ekiden/app/value_text.hpp>
#include <ekiden/base/parse.hpp>

#include <unistd.h>

#include <cstdio>
#include <optional>

#include "bench_defaults.hpp"
#include "commands.hpp"
#include "experiment.hpp"
#include "local/local_system.hpp"
#include "terminal/format.hpp"
#include "terminal/output_text.hpp"

namespace ekiden::cli {
namespace {

/// Why more tasks are not more messages here, for who expected it.
void explain(const app::Invocation& call, const Report& report) {
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  const bool crowded = medians(report.runs).size() > 1 && report.runs.back().tasks >= cores;
  if (crowded && call.options.text("latency") == "none") {
    std::fprintf(stderr,
                 "(the server and the tasks share %ld cores, so more tasks are not more messages here; with a region's "
                 "latency: %s bench%s --latency tokyo)\n",
                 cores, call.program.c_str(), report.containers ? " --containers" : "");
  }
}

/// What would have no effect is refused, if it is surely meant for this command: a variable may be another's.
void refuse_contradictions(const app::Options& options) {
  const bool containers = options.flag("containers");
  if (containers && options.source("worker") == app::OptionSource::kFlag) {
    throw app::UsageError("--worker is for processes: with --containers it is --image that names the worker");
  }
  for (const char* name : {"image", "container-memory", "engine", "run-options"}) {
    if (!containers && options.source(name) == app::OptionSource::kFlag) {
      throw app::UsageError("--" + std::string(name) + " is for containers: add --containers");
    }
  }
}

Task<int> bench(app::Process& process, const app::Invocation& call) {
  refuse_contradictions(call.options);
  Report report;
  report.messages = call.options.is_set("messages") ? call.options.integer("messages") : kBenchMessages;
  const std::int64_t repeat = call.options.is_set("repeat") ? call.options.integer("repeat") : kBenchRepeat;
  const bool json_on_stdout = call.options.has("json") && call.options.text("json") == "-";
  server_options_from(call.options, "127.0.0.1:0");  // What is wrong is said before anything is begun.
  std::optional<ContainerPlan> containers;
  if (call.options.flag("containers")) {
    Task<ContainerPlan> planning = plan_containers(process, call.options);
    containers = co_await std::move(planning);
    report.containers = containers->facts();
  } else {
    worker_command(call.options);
  }
  require_writable(call.options, "json");
  require_writable(call.options, "svg");
  std::fprintf(stderr, "%s news messages, SQS -> supervised actors -> DynamoDB, on this machine\n",
               grouped(report.messages).c_str());
  const bool chosen = !containers || call.options.is_set("tasks");
  for (const std::string& count : chosen ? call.options.list("tasks") : app::parse_list(kContainerTasks)) {
    const int tasks = static_cast<int>(*base::parse<std::int64_t>(count));
    for (std::int64_t i = 0; i < repeat; ++i) {
      Trial trial;
      trial.messages = report.messages;
      trial.tasks = tasks;
      trial.label = " " + left(count + (tasks == 1 ? " task" : " tasks"), 8);
      trial.server = server_options_from(call.options, "127.0.0.1:0");
      trial.containers = containers;
      // Containers share the host's ports; nobody asks for their pages.
      trial.worker_variables = {{"EKIDEN_OPS", containers ? "off" : "127.0.0.1:0"}};
      report.runs.push_back(co_await run_trial(process, call.options, std::move(trial)));
    }
  }
  if (!json_on_stdout) {
    std::fputs(report_table(report).c_str(), stdout);
    std::fflush(stdout);
    explain(call, report);
  }
  if (call.options.has("json")) {
    write_text(call.options.text("json"), report_json(report));
  }
  if (call.options.has("svg")) {
    write_text(call.options.text("svg"), report_svg(report));
  }
  bool verified = true;
  for (const RunResult& run : report.runs) {
    verified = verified && run.verified();
  }
  co_return verified ? 0 : 1;
}

}  // namespace

int run_bench(app::Process& process, const app::Invocation& call) { return process.run(bench(process, call)); }

}  // namespace ekiden::cli
