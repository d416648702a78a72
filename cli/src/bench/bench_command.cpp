#include "bench_command.hpp"

#include <ekiden/app/value_text.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/base/parse.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>

#include "bench_defaults.hpp"
#include "crew/container_options.hpp"
#include "experiment.hpp"
#include "local/server_options.hpp"
#include "option_names.hpp"
#include "send/news.hpp"
#include "terminal/format.hpp"
#include "terminal/output_text.hpp"
#include "up/worker_command.hpp"

namespace ekiden::cli {
namespace {

/// Explains why more tasks do not mean more messages a second on this machine.
void explain(const app::Invocation& call, const Report& report) {
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  const bool crowded = medians(report.runs).size() > 1 && report.runs.back().tasks >= cores;
  if (crowded && call.options.get(option::kLatency) == "none") {
    base::say("The server and the tasks share " + std::to_string(cores) +
              " cores, so more tasks are not faster here. To measure with the latency of an AWS region, run: " +
              call.program + " bench" + (report.containers ? " --containers" : "") + " --latency tokyo");
  }
}

/// Rejects flags that would have no effect. Variables are accepted: they can be meant for another command.
void refuse_contradictions(const app::Options& options) {
  const bool containers = options.get(option::kContainers);
  if (containers && options.source(option::kWorker) == app::OptionSource::kFlag) {
    throw app::UsageError("--worker cannot be combined with " + options.named(option::kContainers) +
                          "; use --image instead");
  }
  for (const app::OptionId name : kOnlyForContainers) {
    if (!containers && options.source(name) == app::OptionSource::kFlag) {
      throw app::UsageError(name.flag() + " requires --containers");
    }
  }
}

Task<int> bench(app::Process& process, const app::Invocation& call) {
  refuse_contradictions(call.options);
  Report report;
  report.messages = call.options.is_set(option::kMessages) ? call.options.get(option::kMessages) : kBenchMessages;
  const std::int64_t repeat = call.options.is_set(option::kRepeat) ? call.options.get(option::kRepeat) : kBenchRepeat;
  const bool json_on_stdout = call.options.has(option::kJsonFile) && call.options.get(option::kJsonFile) == "-";
  server_options_from(call.options, "127.0.0.1:0");  // Reports wrong options before anything starts.
  std::optional<ContainerPlan> containers;
  if (call.options.get(option::kContainers)) {
    Task<ContainerPlan> planning = plan_containers(process, call.options);
    containers = co_await std::move(planning);
    report.containers = containers->facts();
  } else {
    worker_command(call.options);
  }
  require_writable(call.options, option::kJsonFile);
  require_writable(call.options, option::kSvgFile);
  base::say(grouped(report.messages) + " news messages: SQS -> worker -> DynamoDB, on this machine");
  const bool chosen = !containers || call.options.is_set(option::kTaskCounts);
  for (const std::string& count : chosen ? call.options.get(option::kTaskCounts) : app::parse_list(kContainerTasks)) {
    const int tasks = static_cast<int>(*base::parse<std::int64_t>(count));
    for (std::int64_t i = 0; i < repeat; ++i) {
      Trial trial;
      trial.messages = report.messages;
      trial.tasks = tasks;
      trial.label = " " + left(count + (tasks == 1 ? " task" : " tasks"), 8);
      trial.server = server_options_from(call.options, "127.0.0.1:0");
      trial.containers = containers;
      // Containers share the host's ports, and nothing reads their status pages.
      trial.worker_variables = {{"EKIDEN_OPS", containers ? "off" : "127.0.0.1:0"}};
      report.runs.push_back(co_await run_trial(process, call.options, std::move(trial)));
    }
  }
  if (!json_on_stdout) {
    std::fputs(report_table(report).c_str(), stdout);
    std::fflush(stdout);
    explain(call, report);
  }
  if (call.options.has(option::kJsonFile)) {
    write_text(call.options.get(option::kJsonFile), report_json(report));
  }
  if (call.options.has(option::kSvgFile)) {
    write_text(call.options.get(option::kSvgFile), report_svg(report));
  }
  bool verified = true;
  for (const RunResult& run : report.runs) {
    verified = verified && run.verified();
  }
  co_return verified ? base::kExitDone : base::kExitFailed;
}

std::optional<std::string> check_task_counts(std::string_view text) {
  const std::vector<std::string> counts = app::parse_list(text);
  bool fine = !counts.empty();
  for (const std::string& count : counts) {
    const std::optional<std::int64_t> number = base::parse<std::int64_t>(count);
    fine = fine && number && *number >= 1 && *number <= 64;
  }
  return fine ? std::nullopt : std::optional<std::string>("whole numbers from 1 to 64, as in 1,2,3,4");
}

/// A group of its own in the help, because `bench budgets` inherits these options.
std::vector<app::OptionSpec> run_options() {
  return app::in_group(
      "runs", {
                  app::declare(option::kMessages, {.help = "number of messages in each run",
                                                   .default_words = grouped(kBenchMessages) + ", in bench budgets " +
                                                                    grouped(kBudgetMessages),
                                                   .minimum = "1",
                                                   .maximum = std::to_string(kNewsMax)}),
                  app::declare(option::kTaskCounts,
                               {.help = "task counts to measure (a task is a process or a container); the default with "
                                        "--containers is " +
                                        std::string(kContainerTasks),
                                .fallback = "1,2,3,4",
                                .check = check_task_counts}),
                  app::declare(option::kRepeat, {.help = "number of runs for each measurement; the median is shown",
                                                 .default_words = std::to_string(kBenchRepeat) + ", in bench budgets " +
                                                                  std::to_string(kBudgetRepeat),
                                                 .minimum = "1",
                                                 .maximum = "100"}),
                  worker_option(),
                  app::declare(option::kJsonFile, {.help = "write the results as JSON; - writes to standard output",
                                                   .value_name = "FILE"}),
                  app::declare(option::kSvgFile, {.help = "write a chart as SVG", .value_name = "FILE"}),
              });
}

}  // namespace

app::CommandSpec bench_spec() {
  app::CommandSpec command{
      .help = "measure workers: fill a queue, drain it with 1 to 4 processes, check each item",
      .description =
          "Repeats the 2016 experiment of \"Akka on Amazon ECS\" (Developers.IO, December 2016) on this machine. For "
          "each number of tasks, it starts a new local server, fills the queue, starts the worker processes and waits "
          "until the queue is drained. Then it checks that the table holds every item with the right content, and that "
          "the queue and its dead-letter queue are empty.",
      .options = run_options()};
  std::ranges::move(container_options(), std::back_inserter(command.options));
  std::ranges::move(server_options(), std::back_inserter(command.options));
  command.examples = {
      "{program} bench", "{program} bench --latency tokyo --tasks 1,2,4 --json runs.json --svg runs.svg",
      "{program} bench --containers --tasks 1,2", "EKIDEN_POLL_INTERVAL=100ms {program} bench --tasks 1"};
  return command;
}

int run_bench(app::Process& process, const app::Invocation& call) { return process.run(bench(process, call)); }

}  // namespace ekiden::cli
