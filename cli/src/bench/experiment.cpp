#include "experiment.hpp"

#include <ekiden/runtime/run_owning.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "crew/container_crew.hpp"
#include "crew/crew.hpp"
#include "local/local_system.hpp"
#include "send/batch_sending.hpp"
#include "terminal/format.hpp"
#include "terminal/terminal.hpp"
#include "up/worker_command.hpp"
#include "verifier.hpp"

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kLook = 5ms;  // How often the server's counts are read.
/// If no message was deleted for this long, a line says why.
constexpr runtime::Duration kSilenceMax = 3s;
/// If no message was deleted for this long, the run ends. Longer than the visibility timeout of a lost message.
constexpr runtime::Duration kStallMax = 60s;

std::string text(const aws::dynamodb::Item& item, std::string_view name) {
  const aws::dynamodb::AttributeValue* const value = item.find(name);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

/// Returns 0 if it never happened.
double seconds_until(const std::optional<local::Instant>& instant, runtime::TimePoint start) {
  return instant ? std::chrono::duration<double>(instant->monotonic - start).count() : 0;
}

Task<> verify(LocalSystem& system, std::int64_t messages, RunResult& result) {
  Verifier verifier(messages);
  aws::dynamodb::ScanRequest request;
  request.table = system.names().tables.front().name;
  do {
    const aws::dynamodb::Page page = co_await system.clients().dynamodb.scan(request);
    for (const aws::dynamodb::Item& item : page.items) {
      verifier.see({text(item, "user_id"), text(item, "news_id"), text(item, "title"), text(item, "published_at")});
    }
    request.start_key = page.last_key;
  } while (!request.start_key.empty());
  result.table_items = verifier.items();
  result.lost = verifier.lost();
  result.wrong = verifier.wrong();
  result.queue_left = co_await system.messages_in(system.queues().front().url);
  result.dead_letters = co_await system.messages_in(system.queues().front().dead_letter_queue);
}

std::unique_ptr<Crew> crew_of(app::Process& process, const app::Options& options, const Trial& trial) {
  if (trial.containers) {
    return container_crew(process, *trial.containers, trial.worker_variables);
  }
  return process_crew(process, worker_command(options), trial.worker_variables);
}

/// The error of a run whose last worker has ended. `words`: how it ended, then the last lines of its output.
std::string without_workers(const std::string& words) {
  const std::size_t end = std::min(words.find('\n'), words.size());
  return words.substr(0, end) + "; no worker is left, but the queue is not empty; a worker must run until SIGTERM; " +
         (end == words.size() ? "it printed nothing" : "it printed:") + words.substr(end);
}

// The parts of one run. clean_up() ends them all, however the run ended.
class Run {
 public:
  Run(app::Process& process, const app::Options& options, const Trial& trial, local::ServerOptions server)
      : process_(process),
        trial_(trial),
        crew_(crew_of(process, options, trial)),
        system_(process, std::move(server)),
        progress_(trial.label, trial.messages) {}

  Task<> drain(RunResult& result) {
    progress_.remark("starting a local server, filling the queue");
    co_await system_.start();
    auto show = [](std::int64_t) {};
    co_await send_news(process_.env(), system_.clients().sqs, system_.queues().front().url, trial_.messages, show);
    // The queue can hold more than were sent: a send is repeated if its answer is lost (--faults).
    const std::int64_t to_delete = system_.server().stats().messages_sent;
    runtime::Clock& clock = process_.env().clock;
    progress_.remark("preparing the workers");
    co_await crew_->prepare(trial_.tasks, system_.work_place());
    const runtime::TimePoint start = clock.now();
    crew_->start();
    const local::Stats& stats = system_.server().stats();
    std::int64_t deleted = 0;
    runtime::TimePoint moved = start;
    bool explained = false;  // The note was printed since the last delete.
    while (stats.messages_deleted < to_delete && clock.now() - moved < kStallMax) {
      co_await clock.sleep_for(kLook);
      crew_->look();
      if (stats.messages_deleted != deleted) {
        deleted = stats.messages_deleted;
        moved = clock.now();
        explained = false;
      } else if (!explained && clock.now() - moved >= kSilenceMax) {
        explained = true;
        progress_.note("waiting for " + grouped(to_delete - deleted) + " of " + grouped(to_delete) +
                       " messages: a worker holds them, or SQS hides them until their visibility timeout ends (30 s "
                       "by default), for example after a lost answer (--faults)");
      }
      progress_.update(std::min(deleted, trial_.messages), std::chrono::duration<double>(clock.now() - start).count());
      co_await report_casualties();
    }
    result.first_item_seconds = seconds_until(stats.first_item, start);
    result.seconds = seconds_until(stats.last_delete, start);
    system_.end_polls();
    co_await crew_->stop();
    result.worker_cpu_seconds = crew_->cpu_seconds();
    result.worker_max_rss_bytes = crew_->max_rss_bytes();
    co_await verify(system_, trial_.messages, result);
    progress_.finish(std::min(stats.messages_deleted, trial_.messages), result.seconds,
                     result.verified() ? "verified" : "NOT VERIFIED");
  }

  Task<> clean_up() {
    system_.end_polls();
    co_await runtime::run_owning(crew_->clean_up(), [this] { return system_.stop(); });
  }

 private:
  /// The other workers go on. They receive a dead worker's messages after the visibility timeout.
  Task<> report_casualties() {
    while (crew_->running() < static_cast<std::size_t>(trial_.tasks)) {
      const std::string words = co_await crew_->next_casualty();
      if (crew_->running() == 0) {
        throw std::runtime_error(without_workers(words.empty() ? "all workers have ended" : words));
      }
      if (words.empty()) {
        co_return;
      }
      progress_.note(words);
    }
  }

  app::Process& process_;
  const Trial& trial_;
  std::unique_ptr<Crew> crew_;
  LocalSystem system_;
  ProgressLine progress_;
};

// The data folder of one run. The destructor removes it.
struct RemovedAtTheEnd {
  std::filesystem::path folder;

  ~RemovedAtTheEnd() {
    if (!folder.empty()) {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
  }
};

}  // namespace

Task<RunResult> run_trial(app::Process& process, const app::Options& options, Trial trial) {
  local::ServerOptions server = trial.server;
  std::filesystem::path folder;
  if (!server.service.storage.folder.empty()) {
    folder = std::filesystem::path(server.service.storage.folder) / ("bench-" + process.env().random.uuid());
    server.service.storage.folder = folder.string();
  }
  RunResult result;
  result.tasks = trial.tasks;
  const RemovedAtTheEnd removed{folder};
  const auto run = std::make_unique<Run>(process, options, trial, std::move(server));
  co_await runtime::run_owning(run->drain(result), [&run] { return run->clean_up(); });
  co_return result;
}

}  // namespace ekiden::cli
