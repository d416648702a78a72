#include "up.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/http/events.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <stdexcept>

#include "local/address_check.hpp"
#include "local/server_options.hpp"
#include "option_names.hpp"
#include "terminal/format.hpp"
#include "terminal/terminal.hpp"

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kWorkerGrace = 35s;  // Longer than a worker's own --stop-timeout.
constexpr runtime::Duration kLook = 500ms;
constexpr runtime::Duration kCountTimeout = 2s;

ops::FleetPageOptions page_options(const app::Options& options) {
  ops::FleetPageOptions page;
  page.address = {.listen = options.get(option::kOps),
                  .explicitly_set = options.is_set(option::kOps),
                  .option = options.named(option::kOps),
                  .allowed_origins = options.get(option::kAllowOrigin),
                  .allowed_hosts = options.get(option::kAllowHost)};
  page.version = EKIDEN_VERSION;
  return page;
}

}  // namespace

Up::Up(app::Process& process, const app::Invocation& call)
    : process_(process),
      call_(call),
      command_(worker_command(call.options)),
      system_(process, open_server_options_from(call.options), names_from(call.options)),
      page_(process.env(), process.transport(), page_options(call.options)),
      fleet_(process.env().executor, process.env().clock),
      tasks_(process.env().executor),
      keepers_(process.env().executor),
      servers_(process.env().events.subscribe([this](const runtime::Event& event) { relay_event(event); })) {}

Task<> Up::run() {
  Task<bool> starting = system_.start();
  const bool created = co_await std::move(starting);
  started_ = true;
  tasks_.spawn(page_.run());
  const std::int64_t count = call_.options.get(option::kTasks);
  for (int i = 1; i <= count; ++i) {
    start_worker(i);
  }
  introduce(created);
  if (live_.shown()) {
    tasks_.spawn(show_counts());
  }
  while (kept_ > 0 && !given_up_) {
    co_await changed_.wait();
  }
  if (given_up_) {
    std::rethrow_exception(given_up_);
  }
  throw std::runtime_error(
      "all workers have ended with status 0, so nothing is left to do; set --worker to a program that runs until "
      "SIGTERM");
}

void Up::start_worker(int number) {
  const std::string name = "worker " + std::to_string(number);
  app::Environment extra{{"EKIDEN_OPS", "127.0.0.1:0"},
                         {"EKIDEN_LOG_LEVEL", "warning"}};  // The status page shows the rest.
  if (live_.shown()) {
    extra["EKIDEN_LOG_FORMAT"] = "text";  // The workers write to a pipe, and would choose JSON.
  }
  process::ProgramSpec spec;
  spec.arguments = command_.arguments;
  spec.environment = worker_environment(app::process_environment(), system_.work_place(), extra);
  KeptWorker& worker = workers_.emplace_back(process_.env(), fleet_, name, std::move(spec), listener(name));
  worker.start();
  ++kept_;
  keepers_.spawn(worker.run(), [this](std::exception_ptr end) {
    --kept_;
    given_up_ = given_up_ ? given_up_ : end;
    changed_.notify_all();
  });
}

KeptWorker::Listener Up::listener(const std::string& worker) {
  return {.started = [this, worker] { page_.set_worker({.name = worker, .url = {}, .note = {}}); },
          .address =
              [this, worker](const std::string& url) {
                addresses_[worker] = url;
                page_.set_worker({.name = worker, .url = url, .note = {}});
              },
          .output = [this, worker](const std::string& line) { relay(worker, line); },
          .ended =
              [this, worker](const std::string& words) {
                live_.say(worker + " " + words);
                page_.set_worker({.name = worker, .url = addresses_[worker], .note = words});
              }};
}

void Up::relay(const std::string& worker, const std::string& line) {
  // Each worker prints its target first. introduce() has printed it already.
  if (line == "local " + system_.url()) {
    return;
  }
  // JSON lines stay whole for log collectors. Other lines get the name of the worker.
  live_.say(!live_.shown() && line.starts_with("{") ? line : worker + " | " + line);
}

void Up::relay_event(const runtime::Event& event) {
  if (&event.spec != &http::events::kRequestRefused && &event.spec != &http::events::kAcceptFailed) {
    return;
  }
  std::string line = " warning:";
  for (const std::string_view field : {"address", "reason", "error"}) {
    if (const runtime::Value* value = event.find(field)) {
      line += " " + std::string(std::get<std::string_view>(*value));
    }
  }
  live_.say(line);
}

Task<> Up::show_counts() {
  const local::Stats& stats = system_.server().stats();
  runtime::Clock& clock = process_.env().clock;
  std::int64_t before = stats.messages_deleted;
  for (;;) {
    co_await clock.sleep_for(kLook);
    if (stats.messages_sent == 0 && stats.messages_deleted == 0) {
      continue;
    }
    const double rate =
        static_cast<double>(stats.messages_deleted - before) / std::chrono::duration<double>(kLook).count();
    before = stats.messages_deleted;
    const std::string counted = co_await counts_or_nothing();
    if (counted.empty()) {
      continue;
    }
    live_.show(counted + (rate > 0 ? ", " + grouped(static_cast<std::int64_t>(rate)) + "/s" : ""));
  }
}

Task<std::string> Up::counts() {
  const local::Stats& stats = system_.server().stats();
  // Not the number of sent messages: the server counts a dead letter that a worker sends, too.
  const std::string deleted =
      grouped(stats.messages_deleted) + (stats.messages_deleted == 1 ? " message" : " messages") + " deleted";
  const bool several = system_.queues().size() > 1;
  std::string text = several ? " " + deleted : "";
  for (const LocalQueue& queue : system_.queues()) {
    const std::int64_t left = co_await system_.messages_in(queue.url);
    std::int64_t dead = 0;
    if (!queue.dead_letter_queue.text().empty()) {
      dead = co_await system_.messages_in(queue.dead_letter_queue);
    }
    text += (several ? "; " + queue.name + ": " : " " + queue.name + ": " + deleted + ", ") + grouped(left) + " left";
    if (dead > 0) {
      text += (several ? ", " : "; ") + grouped(dead) + (dead == 1 ? " dead letter in " : " dead letters in ") +
              std::string(queue.dead_letter_queue.name());
    }
  }
  co_return text;
}

Task<std::string> Up::counts_or_nothing() {
  if (!started_) {
    co_return "";
  }
  try {
    Task<std::string> counting = counts();
    const std::optional<std::string> text =
        co_await runtime::with_deadline(process_.env().clock, kCountTimeout, std::move(counting));
    co_return text.value_or("");
  } catch (const aws::Error&) {
    co_return "";  // The server fails (--faults, a full disk). The workers report that.
  }
}

void Up::introduce(bool created) {
  const std::string url = system_.url();
  const std::string folder = call_.options.get(option::kData);
  const std::string state = folder.empty() ? "(state in memory; keep it with --data DIR)" : "(state in " + folder + ")";
  const std::string workers = std::to_string(fleet_.members().size()) + " x " + command_.name;
  const std::string target = url == "http://127.0.0.1:4566" ? "--local" : "--endpoint " + url;
  live_.say(" local SQS + DynamoDB   " + url + "   " + state);
  if (const std::string note = exposure_note(call_.options.get(option::kListen)); !note.empty()) {
    live_.say(" " + note);
  }
  const Names& names = system_.names();
  live_.say(" " + names_text(names) + (created ? ": created" : ": exists"));
  live_.say(" status                 " + page_.url());
  live_.say(" " + left(workers, 22) + " waiting for messages; in another terminal: " + call_.program + " send " +
            target +
            (names.queues == Names().queues ? " --news 1000" : " --queue " + names.queues.front() + " --file FILE"));
}

Task<int> Up::stop() {
  system_.end_polls();
  for (KeptWorker& worker : workers_) {
    worker.request_stop();
  }
  live_.clear();
  if (fleet_.running() > 0) {
    live_.say(" stopping: the workers finish their messages");
  }
  co_await fleet_.stop(kWorkerGrace);
  co_await keepers_.join();
  const std::string counted = co_await counts_or_nothing();
  if (!counted.empty()) {
    live_.say(counted);
  }
  page_.request_stop(0s);
  tasks_.cancel();
  co_await tasks_.join();
  co_await system_.stop();
  int status = base::kExitDone;
  for (const process::Fleet::Member& member : fleet_.members()) {
    status = member.child.exit()->ok() ? status : base::kExitFailed;
  }
  co_return status;
}

}  // namespace ekiden::cli
