#include "worker_process.hpp"

#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/events.hpp>
#include <ekiden/app/memory_limit.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/aws/names.hpp>
#include <ekiden/aws/platform/ecs_agent.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/http/listen_address.hpp>
#include <ekiden/ops/emf.hpp>
#include <ekiden/ops/health.hpp>
#include <ekiden/ops/log.hpp>
#include <ekiden/ops/metrics.hpp>
#include <ekiden/ops/status_server.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/service.hpp>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace ekiden::app {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kPagesGrace = 100ms;  // To finish a request in progress when the worker ends.

ops::LogOptions log_options(const Options& options, const std::string& version, std::string_view task) {
  ops::LogOptions log;
  log.level = ops::parse_level(options.get(option::kLogLevel)).value_or(runtime::Severity::kInfo);
  log.format = ops::parse_log_format(options.get(option::kLogFormat)).value_or(ops::LogFormat::kAuto);
  log.version = version;
  log.task = task;
  return log;
}

std::vector<worker::Consumer> service_consumers(const Invocation& call,
                                                const std::vector<WorkerProcess::Consumer>& consumers) {
  std::vector<worker::Consumer> result;
  result.reserve(consumers.size());
  for (const auto& consumer : consumers) {
    result.push_back({worker_settings(call.options, consumer.defaults.queue), consumer.handler});
  }
  return result;
}

// Must run before anything large is allocated: the limit can be too small for it.
std::optional<worker::MemoryLimit> memory_limit(Process& process, const MemoryFindings& findings) {
  for (const std::string& fault : findings.faults) {
    process.env().events.publish(events::kEcsNotTold, {std::string_view(fault)});
  }
  require_memory(findings.limit);
  std::optional<worker::MemoryLimit> limit = findings.limit;
  if (limit) {
    limit->used = ops::resident_memory_bytes();
  }
  return limit;
}

ops::MetricsOptions metrics_options(const std::vector<worker::Consumer>& consumers, const std::string& version,
                                    const std::optional<worker::MemoryLimit>& limit,
                                    std::function<std::uint64_t()> log_lines_dropped) {
  ops::MetricsOptions metrics;
  metrics.version = version;
  metrics.log_lines_dropped = std::move(log_lines_dropped);
  if (limit) {
    metrics.memory_limit_bytes = limit->bytes;
  }
  for (const worker::Consumer& consumer : consumers) {
    metrics.queues.emplace_back(aws::sqs::queue_name_of(consumer.settings.queue));
    if (!consumer.settings.table.empty()) {
      metrics.tables.push_back(consumer.settings.table);
    }
  }
  metrics.figure_help = {
      {"ekiden_task_protected",
       "1 while this task is protected: Amazon ECS does not stop it for scale-in or a deployment."},
      {"ekiden_messages_in_flight", "Messages received and not yet settled."},
      {"ekiden_messages_remembered", "Messages that are done, but whose delete SQS has not confirmed."},
      {"ekiden_outage", "1 while the sink refuses every message: the worker holds its messages and receives none."},
      {"ekiden_messages_memory_bytes", "Memory reserved for messages in flight and for receives in progress."},
      {"ekiden_messages_memory_limit_bytes", "Maximum memory for messages, under the memory limit of the process."}};
  return metrics;
}

ops::EmfOptions emf_options(const std::vector<worker::Consumer>& consumers, const Options& options,
                            const aws::EcsFacts& task, const std::string& name, const std::string& version) {
  ops::EmfOptions emf;
  emf.service = options.has(option::kService) ? options.get(option::kService)
                : !task.service.empty()       ? task.service
                                              : name;
  emf.version = version;
  emf.task_id = task.task_id();
  for (const worker::Consumer& consumer : consumers) {
    emf.queues.push_back({std::string(aws::sqs::queue_name_of(consumer.settings.queue)), consumer.settings.table});
  }
  return emf;
}

worker::TaskProtectionOptions task_protection(const Options& options) {
  worker::TaskProtectionOptions protection;
  protection.automatic = options.get(option::kTaskProtection) == "auto";
  protection.agent = aws::non_empty(Process::environment(), aws::kEcsAgentUri).value_or("");
  protection.max = options.get(option::kTaskProtectionMax);
  return protection;
}

}  // namespace

struct WorkerProcess::Parts {
  Parts(const Invocation& call, const std::string& name, const std::string& version, const std::vector<Consumer>& from)
      : process(offload_threads(call.options)),
        consumers(service_consumers(call, from)),
        platform(find_memory_limit(process, call.options)),
        log(process.env().events, process.env().clock, log_options(call.options, version, platform.task.task_id())),
        limit(memory_limit(process, platform)),
        aws(aws_setup(process, call.options)),
        metrics(process.env().events, {worker::events::kAll, aws::events::kAws, runtime::events::kSupervision},
                metrics_options(consumers, version, limit, [this] { return log.dropped(); })),
        service({process.env(), process.transport(), aws.target, aws.credentials, version, limit,
                 task_protection(call.options)},
                consumers),
        ops_address(call.options.get(option::kOps)),
        pages(process.env().executor) {
    if (ops_address != "off") {
      const bool set = call.options.is_set(option::kOps);
      status_server.emplace(
          process.env(), service, metrics,
          ops::StatusServerOptions{
              .address = {.listen = ops_address,
                          .explicitly_set = set,
                          .option = call.options.named(option::kOps),
                          .allowed_origins = call.options.get(option::kAllowOrigin),
                          .allowed_hosts = call.options.get(option::kAllowHost)},
              .name = name,
              .version = version,
              .task = std::string(platform.task.task_id()),
              .memory_limit = limit ? std::optional(ops::MemoryBound{limit->bytes, limit->source}) : std::nullopt});
    }
    if (call.options.has(option::kReportFd)) {
      report(static_cast<int>(call.options.get(option::kReportFd)));
    }
    health.emplace(process.env(), service);
    if (call.options.get(option::kMetrics) == "emf") {
      emf.emplace(process.env(), service, metrics, emf_options(consumers, call.options, platform.task, name, version));
    }
  }

  // Sends the URL of the pages to the parent (ekiden up). An empty line means that there are none.
  void report(int descriptor) const {
    const std::string line = (status_server ? status_server->url() : std::string()) + "\n";
    if (::write(descriptor, line.data(), line.size()) < 0) {
      base::say(std::string("--report-fd: ") + std::strerror(errno));
    }
    ::close(descriptor);
  }

  // Logs the URL of the pages if they could not have the port that --ops names.
  void report_move() {
    const auto asked = http::ListenAddress::parse(ops_address);
    if (asked && asked->port != 0 && asked->port != status_server->port()) {
      const std::string url = status_server->url();
      process.env().events.publish(events::kOpsMoved, {std::string_view(ops_address), std::string_view(url)});
    }
  }

  Task<int> main() {
    if (limit) {
      process.env().events.publish(events::kMemoryLimited,
                                   {static_cast<std::int64_t>(limit->bytes), std::string_view(limit->source)});
    }
    if (status_server) {
      report_move();
      pages.spawn(status_server->run());
    }
    pages.spawn(health->run());
    Task<int> draining = service.run();
    const int status = co_await std::move(draining);
    if (emf) {
      emf->finish();
    }
    if (status_server) {
      status_server->request_stop(kPagesGrace);
    }
    health->request_stop();
    co_await pages.join();
    co_return status;
  }

  Process process;
  std::vector<worker::Consumer> consumers;
  MemoryFindings platform;
  ops::Log log;
  std::optional<worker::MemoryLimit> limit;
  AwsSetup aws;
  ops::Metrics metrics;
  worker::Service service;
  std::string ops_address;
  std::optional<ops::StatusServer> status_server;
  std::optional<ops::HealthSocket> health;
  std::optional<ops::EmfReporter> emf;
  runtime::TaskGroup pages;
};

WorkerProcess::WorkerProcess(const Invocation& call, const std::string& name, const std::string& version,
                             const std::vector<Consumer>& consumers)
    : parts_(std::make_unique<Parts>(call, name, version, consumers)) {}

WorkerProcess::~WorkerProcess() = default;

int WorkerProcess::run() {
  base::say(parts_->aws.target.describe());
  worker::Service& service = parts_->service;
  const int status = parts_->process.run(
      parts_->main(), [&service](std::string_view signal) { service.request_stop(signal); },
      [&service](std::string_view) { service.hurry(); });
  if (service.left_running()) {
    base::outlet_of(STDERR_FILENO)->flush();
    ::_exit(status);  // A function on the thread pool still runs, and its handler uses what would be destroyed here.
  }
  return status;
}

}  // namespace ekiden::app
