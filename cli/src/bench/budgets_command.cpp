#include "budgets_command.hpp"

#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/outlet.hpp>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "bench_defaults.hpp"
#include "budgets.hpp"
#include "experiment.hpp"
#include "idle.hpp"
#include "local/server_options.hpp"
#include "option_names.hpp"
#include "terminal/format.hpp"
#include "terminal/output_text.hpp"

namespace ekiden::cli {
namespace {

constexpr std::int64_t kMemoryRuns = 3;
/// Twice the default --max-in-flight: the worker holds 1,000, and 1,000 more while it settles the first.
constexpr std::int64_t kHeldMessages = 2'000;
constexpr const char* kHeldMilliseconds = "5000";
/// Enough that the worker's first receive is a full one.
constexpr std::int64_t kStartMessages = 100;

/// Measures row by row. An interruption leaves nothing behind.
class Measurement {
 public:
  Measurement(app::Process& process, const app::Options& options) : process_(process), options_(options) {
    messages_ = options.is_set(option::kMessages) ? options.get(option::kMessages) : kBudgetMessages;
    repeat_ = options.is_set(option::kRepeat) ? options.get(option::kRepeat) : kBudgetRepeat;
  }

  Task<> run() {
    co_await end_to_end();
    co_await durable();
    co_await tokyo();
    co_await memory();
    co_await start();
    base::say(" idle: watching a worker for " + options_.as_written(option::kIdle));
    Task<double> idling = idle_share(process_, options_, options_.get(option::kIdle));
    const double share = co_await std::move(idling);
    add("idle_cpu", 100 * share);
  }

  const std::vector<Budget>& budgets() const { return budgets_; }
  bool verified() const { return verified_; }

 private:
  Trial trial(std::int64_t messages, const std::string& label) const {
    Trial trial;
    trial.messages = messages;
    trial.label = label.empty() ? "" : left(label, 22);
    trial.server = server_options_from(options_, "127.0.0.1:0");
    trial.server.service.storage.folder.clear();
    trial.server.service.latency = local::Latency::kNone;
    trial.worker_variables = {{"EKIDEN_OPS", "127.0.0.1:0"}};
    return trial;
  }

  Task<RunResult> measure(Trial trial) {
    const std::string label = trial.label;
    Task<RunResult> running = run_trial(process_, options_, std::move(trial));
    const RunResult result = co_await std::move(running);
    verified_ = verified_ && result.verified();
    co_return result;
  }

  void add(const std::string& key, double value) { find_budget(budgets_, key).values.push_back(value); }

  Task<> end_to_end() {
    for (std::int64_t i = 0; i < repeat_; ++i) {
      Trial one = trial(messages_, "end to end");
      const RunResult run = co_await measure(std::move(one));
      add("end_to_end", run.per_second(messages_));
      add("worker_cpu", 1e6 * run.worker_cpu_seconds / static_cast<double>(messages_));
    }
  }

  Task<> durable() {
    const std::filesystem::path folder =
        options_.has(option::kData)
            ? std::filesystem::path(options_.get(option::kData))
            : std::filesystem::temp_directory_path() / ("ekiden-budgets-" + std::to_string(::getpid()));
    for (std::int64_t i = 0; i < repeat_; ++i) {
      Trial one = trial(messages_, "end to end, durable");
      one.server.service.storage.folder = folder.string();
      const RunResult run = co_await measure(std::move(one));
      add("end_to_end_durable", run.per_second(messages_));
    }
    std::error_code ignored;
    std::filesystem::remove(folder, ignored);  // Only if it is empty: each run has removed its own folder.
  }

  Task<> tokyo() {
    for (std::int64_t i = 0; i < repeat_; ++i) {
      Trial one = trial(messages_, "latency tokyo");
      one.server.service.latency = local::Latency::kTokyo;
      const RunResult run = co_await measure(std::move(one));
      const double rate = run.per_second(messages_);
      add("tokyo", rate);
      add("tokyo_worker_cores", rate > 0 ? run.worker_cpu_seconds / run.seconds * 10'000 / rate : 0);
    }
  }

  Task<> memory() {
    for (std::int64_t i = 0; i < std::min(repeat_, kMemoryRuns); ++i) {
      Trial one = trial(kHeldMessages, "5 s handler");
      one.worker_variables["EKIDEN_HANDLER_DELAY"] = kHeldMilliseconds;
      const RunResult run = co_await measure(std::move(one));
      add("memory", static_cast<double>(run.worker_max_rss_bytes) / 1e6);
    }
  }

  Task<> start() {
    const std::int64_t starts = options_.get(option::kStarts);
    base::say(" start-up: starting " +
              (starts == 1 ? std::string("a worker") : grouped(starts) + " workers, one after another"));
    for (std::int64_t i = 0; i < starts; ++i) {
      Trial one = trial(kStartMessages, "");
      const RunResult run = co_await measure(std::move(one));
      add("start", 1e3 * run.first_item_seconds);
    }
  }

  app::Process& process_;
  const app::Options& options_;
  std::int64_t messages_ = 0;
  std::int64_t repeat_ = 0;
  std::vector<Budget> budgets_ = all_budgets();
  bool verified_ = true;
};

Task<int> budgets(app::Process& process, const app::Invocation& call) {
  require_writable(call.options, option::kJsonFile);
  const auto measurement = std::make_unique<Measurement>(process, call.options);
  co_await measurement->run();
  const std::string path = call.options.get(option::kJsonFile);
  if (path != "-") {
    std::fputs(budgets_table(measurement->budgets()).c_str(), stdout);
  }
  if (!path.empty()) {
    write_text(path, budgets_json(measurement->budgets()));
  }
  if (!measurement->verified()) {
    throw std::runtime_error("a run lost or changed an item: see the line that ends with NOT VERIFIED");
  }
  co_return base::kExitDone;
}

}  // namespace

app::CommandSpec budgets_spec() {
  app::CommandSpec command{
      .help = "measure one worker and compare each figure with its limit and its goal",
      .description =
          "Measures one worker and compares each figure with its accepted limit and its goal. The figures are: "
          "messages per second (in memory, on disk, with the latency of an AWS region), CPU time per message, "
          "memory with 1,000 messages in flight, start-up time, and CPU when idle. For each figure the table "
          "shows the measured value, the limit, the goal, and whether they were met. The command takes "
          "several minutes.",
      // The others are set for each figure, or there is only one task.
      .inherits = app::names_of({option::kMessages, option::kRepeat, option::kWorker, option::kJsonFile, option::kData,
                                 option::kMemory, option::kFaults, option::kSeed})};
  command.options = {
      app::declare(option::kIdle, {.help = "time over which the CPU of an idle worker is measured",
                                   .fallback = "60s",
                                   .minimum = "1s",
                                   .maximum = "1h"}),
      app::declare(option::kStarts,
                   {.help = "number of worker starts to measure", .fallback = "20", .minimum = "1", .maximum = "1000"}),
  };
  command.examples = {"{program} bench budgets --json budgets.json"};
  return command;
}

int run_budgets(app::Process& process, const app::Invocation& call) { return process.run(budgets(process, call)); }

}  // namespace ekiden::cli
