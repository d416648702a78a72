#include <ekiden/app/option_names.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/quantity.hpp>
#include <ekiden/http/browser_guard.hpp>
#include <ekiden/http/listen_address.hpp>
#include <ekiden/worker/memory_limit.hpp>
#include <ekiden/worker/settings.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstdint>

namespace ekiden::app {
namespace {

constexpr const char* kQueueGroup = "queue and table";
constexpr const char* kTargetGroup = "target";
constexpr const char* kPipelineGroup = "pipeline";
constexpr const char* kOperationsGroup = "operations";

constexpr const char* kProcessIdMax = "4194304";  // Linux's PID_MAX_LIMIT, proc(5).

std::vector<OptionSpec> per_queue(std::vector<OptionSpec> options) {
  for (OptionSpec& option : options) {
    option.per_queue = true;
  }
  return options;
}

std::optional<std::string> check_endpoint(std::string_view text) {
  if (text.starts_with("http://") || text.starts_with("https://")) {
    return std::nullopt;
  }
  return "a URL such as http://127.0.0.1:4566";
}

/// SQS takes whole seconds only (WaitTimeSeconds and VisibilityTimeout of ReceiveMessage).
std::optional<std::string> check_whole_seconds(std::string_view text) {
  const std::optional<std::chrono::nanoseconds> time = base::parse_duration(text);
  return time && *time % std::chrono::seconds(1) == std::chrono::nanoseconds(0)
             ? std::nullopt
             : std::optional<std::string>("whole seconds{range}, because SQS takes no fractions");
}

/// An OptionSpec::check of a list.
auto check_each(std::string allowed, bool (*is_allowed)(std::string_view)) {
  return [allowed = std::move(allowed), is_allowed](std::string_view text) -> std::optional<std::string> {
    const std::vector<std::string> each = parse_list(text);
    return std::ranges::all_of(each, is_allowed) ? std::nullopt : std::optional(allowed);
  };
}

std::vector<OptionSpec> queue_options() {
  return in_group(
      kQueueGroup,
      per_queue({
          declare(option::kQueue, {.help = "SQS queue to process: its name, URL or ARN", .value_name = "QUEUE"}),
          declare(option::kTable, {.help = "DynamoDB table that the worker writes to", .value_name = "TABLE"}),
          declare(option::kTableKey,
                  {.help = "key attributes of the table, hash key first, such as user_id,news_id. Required if the "
                           "worker is not allowed to call DescribeTable. Otherwise the worker does not start if the "
                           "table has another key",
                   .value_name = "HASH[,RANGE]"}),
          declare(option::kDeadLetterQueue, {.help = "queue for rejected and undecodable messages",
                                             .default_words = "the target of the queue's redrive policy",
                                             .value_name = "QUEUE"}),
          declare(option::kNoDeadLetterQueue,
                  {.help = "start even if there is no dead-letter queue; a rejected message then becomes visible again "
                           "after --retry-max"}),
      }));
}

std::vector<OptionSpec> pipeline_options() {
  return in_group(
      kPipelineGroup,
      per_queue({
          declare(option::kMaxInFlight,
                  {.help = "maximum messages in flight: received and not yet deleted, released or "
                           "dead-lettered",
                   .fallback = "1000",
                   .minimum = "1",
                   .maximum = "100000"}),
          declare(option::kPollInterval, {.help = "receive with one short poll at this interval",
                                          .default_words = "long polls",
                                          .minimum = "1ms",
                                          .maximum = "1h"}),
          declare(option::kWaitTime,
                  {.help = "how long a receive waits for a message while the queue is empty (WaitTimeSeconds of a long "
                           "poll), in whole seconds",
                   .fallback = "20s",
                   .minimum = "1s",
                   .maximum = "20s",
                   .check = check_whole_seconds}),
          declare(option::kVisibilityTimeout,
                  {.help = "visibility timeout of received messages, in whole seconds; the worker extends it while a "
                           "handler runs",
                   .default_words = "the queue's own",
                   .minimum = "3s",
                   .maximum = "12h",
                   .check = check_whole_seconds}),
          declare(option::kWriteLinger, {.help = "maximum time that a write waits for other writes to fill its batch",
                                         .fallback = "5ms",
                                         .minimum = "0",
                                         .maximum = "1s"}),
          declare(option::kDeleteLinger,
                  {.help = "maximum time that a delete waits for other deletes to fill its batch",
                   .fallback = "5ms",
                   .minimum = "0",
                   .maximum = "1s"}),
          declare(option::kRetryInitial,
                  {.help = "delay before the first retry of a message; doubles with each receive, up to --retry-max",
                   .fallback = "1s",
                   .minimum = "0",
                   .maximum = "12h"}),
          declare(option::kRetryMax,
                  {.help = "maximum delay before a retry", .fallback = "5m", .minimum = "0", .maximum = "12h"}),
      }));
}

// Shutdown, stalls, restarts and memory.
std::vector<OptionSpec> life_options() {
  return in_group(
      kOperationsGroup,
      {
          declare(option::kStopTimeout,
                  {.help = "time that the platform allows between SIGTERM and SIGKILL; running handlers get this time "
                           "less " +
                           base::format_rounded(worker::Settings::kDrainReserve),
                   .fallback = "30s",
                   .minimum = "2s",
                   .maximum = "1h"}),
          declare(option::kStallTimeout,
                  {.help = "report the worker as unhealthy when it holds messages and none makes progress for this "
                           "long; set it longer than your slowest handler",
                   .fallback = "120s",
                   .minimum = "1m",
                   .maximum = "12h"}),
          declare(option::kTaskProtection,
                  {.help = "auto: ask Amazon ECS not to stop the task while a handler needs more time than a graceful "
                           "shutdown allows",
                   .fallback = "off",
                   .choices = {"off", "auto"}}),
          declare(option::kTaskProtectionMax,
                  {.help = "maximum time of uninterrupted task protection; after it, ECS has 60 s in which it can "
                           "stop the task. Set it to at least twice the time of your slowest handler",
                   .fallback = "30m",
                   .minimum = "10m",
                   .maximum = "48h"}),
          declare(
              option::kMaxRestarts,
              {.help = "maximum restarts of a queue's actors within --restart-window. After one more, all actors of "
                       "the queue restart; the second time within 60 s the worker exits with status 1",
               .fallback = "5",
               .minimum = "0",
               .maximum = "1000"}),
          declare(option::kRestartWindow, {.help = "time window in which --max-restarts counts",
                                           .fallback = "10s",
                                           .minimum = "1s",
                                           .maximum = "1h"}),
          declare(option::kOffloadThreads, {.help = "number of threads for context.offload()",
                                            .default_words = "one per CPU core",
                                            .minimum = "1",
                                            .maximum = "1024"}),
          declare(option::kMemoryLimit,
                  {.help = "memory limit of the worker, at least " + base::format_size(worker::kMemoryMin) +
                           ". The limits of ECS and of the control group (cgroup) apply, too: the lowest wins. 0: no "
                           "limit from this option"}),
      });
}

// Status pages, metrics, logs, the configuration file, the health check.
std::vector<OptionSpec> reporting_options() {
  return in_group(
      kOperationsGroup,
      {
          declare(option::kOps, {.help = "address of /live, /ready, /metrics and the status page; port 0 picks a free "
                                         "port, \"off\" serves nothing. Without this option, a free port is used if "
                                         "the port of the default is in use",
                                 .fallback = "127.0.0.1:9000",
                                 .value_name = "ADDRESS",
                                 .check = [](std::string_view text) -> std::optional<std::string> {
                                   std::optional<std::string> allowed =
                                       text == "off" ? std::nullopt : check_address(text);
                                   return allowed ? std::optional(*allowed + ", or off") : std::nullopt;
                                 }}),
          declare(
              option::kMetrics,
              {.help = "emf: also write CloudWatch metrics to the log in Embedded Metric Format (EMF), one line for "
                       "each queue every minute",
               .fallback = "off",
               .choices = {"off", "emf"}}),
          declare(option::kService, {.help = "value of the dimension \"Service\" in the CloudWatch metrics",
                                     .default_words = "the name of the ECS service, or else of the program",
                                     .value_name = "NAME"}),
          declare(option::kLogLevel, {.help = "minimum severity of the events that are logged",
                                      .fallback = "info",
                                      .choices = {"debug", "info", "warning", "error"}}),
          declare(option::kLogFormat,
                  {.help = "format of the log on standard error; auto: text on a terminal, otherwise json",
                   .fallback = "auto",
                   .choices = {"auto", "text", "json"}}),
          declare(option::kConfig, {.help = "read options from this TOML file",
                                    .value_name = "FILE",
                                    .scope = OptionScope::kNoFile,
                                    .config_file = true}),
          declare(
              option::kHealth,
              {.help = "ask a running worker whether it is healthy. Exit status: 0 healthy; 1 unhealthy or no "
                       "answer; 2 no PID is given and several workers run. Default PID: 1 if that is a worker, as in a "
                       "container; else the only worker on this machine",
               .value_name = "PID",
               .minimum = "1",
               .maximum = kProcessIdMax,
               .scope = OptionScope::kFlagOnly,
               .implied = "0"}),
          declare(option::kReportFd, {.help = "inherited file descriptor on which to report the URL of the status page",
                                      .minimum = "3",
                                      .scope = OptionScope::kNoFile,
                                      .hidden = true}),
      });
}

}  // namespace

std::vector<OptionSpec> target_options() {
  return in_group(
      kTargetGroup,
      {
          declare(option::kLocal, {.help = "use the local server (`ekiden local`) at http://127.0.0.1:4566"}),
          declare(option::kEndpoint, {.help = "URL of SQS and DynamoDB; overrides the AWS variables and the profile",
                                      .value_name = "URL",
                                      .check = check_endpoint}),
          declare(option::kRegion, {.help = "AWS region, such as us-east-1; overrides AWS_REGION and the profile",
                                    .value_name = "REGION"}),
      });
}

std::vector<OptionSpec> worker_options() {
  std::vector<OptionSpec> options = queue_options();
  for (std::vector<OptionSpec> more : {target_options(), pipeline_options(), life_options(), reporting_options(),
                                       in_group(kOperationsGroup, browser_options())}) {
    options.insert(options.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return options;
}

std::vector<OptionSpec> browser_options() {
  return {
      declare(option::kAllowOrigin,
              {.help = "origins whose web pages can use the server, such as http://localhost:5173. All other pages are "
                       "refused. *: all origins",
               .value_name = "ORIGIN[,ORIGIN]",
               .check = check_each("an origin such as http://localhost:5173, without a path",
                                   [](std::string_view each) { return http::normal_origin(each).has_value(); })}),
      declare(option::kAllowHost,
              {.help = "names, besides localhost and its like, by which clients can address a server that listens on a "
                       "loopback address",
               .value_name = "NAME[,NAME]",
               .check = check_each("a host name without a port, such as my-laptop", &http::is_host_name)}),
  };
}

std::optional<std::string> check_address(std::string_view text) {
  if (http::ListenAddress::parse(text)) {
    return std::nullopt;
  }
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text.substr(0, text.rfind(':'))), error);
  if (!error && address.is_v6()) {
    return "an IPv6 address in brackets such as [::1]:0, or an IPv4 address such as {default}";
  }
  const std::string_view port = text.substr(std::min(text.rfind(':') + 1, text.size()));
  const bool too_large =
      !port.empty() && std::ranges::all_of(port, base::is_digit) && !base::parse<std::uint16_t>(port);
  return too_large ? "a port from 0 to 65535, as in {default}" : "an address and a port such as {default}";
}

}  // namespace ekiden::app
