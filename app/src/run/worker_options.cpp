#include <ekiden/app/option_names.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/quantity.hpp>
#include <ekiden/http/listen_address.hpp>

#include <boost/asio/ip/address.hpp>

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
  return "a URL as http://127.0.0.1:4566";
}

/// SQS counts in seconds (ReceiveMessage, WaitTimeSeconds and VisibilityTimeout).
std::optional<std::string> check_whole_seconds(std::string_view text) {
  const std::optional<std::chrono::nanoseconds> time = base::parse_duration(text);
  return time && *time % std::chrono::seconds(1) == std::chrono::nanoseconds(0)
             ? std::nullopt
             : std::optional<std::string>("whole seconds as 20s");
}

std::vector<OptionSpec> queue_options() {
  return in_group(
      kQueueGroup,
      per_queue({
          declare(option::kQueue, {.help = "the queue to drain, by name, URL or ARN", .value_name = "QUEUE"}),
          declare(option::kTable, {.help = "the table that context.table() names", .value_name = "TABLE"}),
          declare(option::kTableKey,
                  {.help = "the key attributes of the table, hash first: needed where DescribeTable is not "
                           "allowed, checked where it is"}),
          declare(option::kDeadLetterQueue,
                  {.help = "where rejected and undecodable messages go, instead of the target of the "
                           "queue's redrive policy",
                   .value_name = "QUEUE"}),
          declare(option::kNoDeadLetterQueue, {.help = "start although there is nowhere to send rejected messages"}),
      }));
}

std::vector<OptionSpec> pipeline_options() {
  return in_group(
      kPipelineGroup,
      per_queue({
          declare(option::kMaxInFlight, {.help = "messages held at a time, from receive to settlement",
                                         .fallback = "1000",
                                         .minimum = "1",
                                         .maximum = "100000"}),
          declare(option::kPollInterval,
                  {.help = "one short poll at this fixed interval, instead of long polls on demand",
                   .minimum = "1ms",
                   .maximum = "1h"}),
          declare(option::kWaitTime, {.help = "how long an idle receive waits for a message, in whole seconds",
                                      .fallback = "20s",
                                      .minimum = "1s",
                                      .maximum = "20s",
                                      .check = check_whole_seconds}),
          declare(
              option::kVisibilityTimeout,
              {.help = "how long a received message is hidden until its lease is extended, in whole seconds, instead "
                       "of the queue's own time",
               .minimum = "3s",
               .maximum = "12h",
               .check = check_whole_seconds}),
          declare(option::kWriteLinger, {.help = "how long a write waits for others to share its batch",
                                         .fallback = "5ms",
                                         .minimum = "0",
                                         .maximum = "1s"}),
          declare(option::kDeleteLinger, {.help = "how long a delete waits for others to share its batch",
                                          .fallback = "5ms",
                                          .minimum = "0",
                                          .maximum = "1s"}),
          declare(option::kRetryInitial,
                  {.help = "the wait after a message's first failure; it doubles with each further one",
                   .fallback = "1s",
                   .minimum = "0",
                   .maximum = "12h"}),
          declare(
              option::kRetryMax,
              {.help = "the longest wait between two attempts", .fallback = "5m", .minimum = "0", .maximum = "12h"}),
      }));
}

// How long it lives, how it ends, and what it may use.
std::vector<OptionSpec> life_options() {
  return in_group(
      kOperationsGroup,
      {
          declare(option::kStopTimeout, {.help = "the time between SIGTERM and SIGKILL; draining ends 5 s before",
                                         .fallback = "30s",
                                         .minimum = "2s",
                                         .maximum = "1h"}),
          declare(option::kStallTimeout,
                  {.help = "held messages of which none moves for so long make the worker unhealthy; "
                           "longer than the longest handler",
                   .fallback = "120s",
                   .minimum = "1m",
                   .maximum = "12h"}),
          declare(
              option::kTaskProtection,
              {.help = "auto: keep Amazon ECS from stopping the task while a handler runs longer than a drain waits",
               .fallback = "off",
               .choices = {"off", "auto"}}),
          declare(option::kTaskProtectionMax,
                  {.help = "the longest that protection is held without a gap in which ECS may stop "
                           "the task: twice the longest handler, or more",
                   .fallback = "30m",
                   .minimum = "10m",
                   .maximum = "48h"}),
          declare(option::kMaxRestarts, {.help = "actor restarts within --restart-window before the worker gives up",
                                         .fallback = "5",
                                         .minimum = "0",
                                         .maximum = "1000"}),
          declare(option::kRestartWindow, {.help = "the time over which restarts are counted",
                                           .fallback = "10s",
                                           .minimum = "1s",
                                           .maximum = "1h"}),
          declare(option::kMemoryLimit,
                  {.help = "the memory that the worker may use, where it is to be less than what ECS "
                           "and the control group allow; 0 sets none"}),
          declare(option::kOffloadThreads,
                  {.help = "threads that run context.offload(), for work that blocks or computes; without it, one per "
                           "CPU core",
                   .minimum = "1",
                   .maximum = "1024"}),
      });
}

// What it tells, and where it is told things.
std::vector<OptionSpec> telling_options() {
  return in_group(
      kOperationsGroup,
      {
          declare(option::kOps, {.help = "where /live, /ready, /metrics and the status page are served; port 0 takes "
                                         "a free one, \"off\" serves none",
                                 .fallback = "127.0.0.1:9000",
                                 .value_name = "ADDRESS",
                                 .check = [](std::string_view text) -> std::optional<std::string> {
                                   return text == "off" ? std::nullopt : check_address(text);
                                 }}),
          declare(
              option::kMetrics,
              {.help = "emf: besides /metrics, every minute one line of CloudWatch's Embedded Metric Format a queue "
                       "in the log",
               .fallback = "off",
               .choices = {"off", "emf"}}),
          declare(option::kService, {.help = "the dimension Service of these metrics; default: the ECS service's name, "
                                             "else the program's",
                                     .value_name = "NAME"}),
          declare(option::kLogLevel, {.help = "the least severe events that are logged",
                                      .fallback = "info",
                                      .choices = {"debug", "info", "warning", "error"}}),
          declare(option::kLogFormat,
                  {.help = "how events are logged on standard error; auto: text on a terminal, else json",
                   .fallback = "auto",
                   .choices = {"auto", "text", "json"}}),
          declare(option::kConfig, {.help = "a TOML file with any of these options",
                                    .value_name = "FILE",
                                    .scope = OptionScope::kNoFile,
                                    .config_file = true}),
          declare(option::kHealth,
                  {.help = "ask a running worker whether it is healthy, exit with 0 or 1; without PID: process 1, or "
                           "the only worker on this machine",
                   .value_name = "PID",
                   .minimum = "1",
                   .maximum = kProcessIdMax,
                   .scope = OptionScope::kFlagOnly,
                   .implied = "0"}),
          declare(option::kReportFd, {.help = "the inherited descriptor on which to report the ops address",
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
          declare(option::kLocal, {.help = "talk to `ekiden local` on http://127.0.0.1:4566"}),
          declare(option::kEndpoint, {.help = "the URL of SQS and DynamoDB, instead of the AWS variables and profile",
                                      .value_name = "URL",
                                      .check = check_endpoint}),
          declare(option::kRegion, {.help = "the AWS region", .value_name = "REGION"}),
      });
}

std::vector<OptionSpec> worker_options() {
  std::vector<OptionSpec> options = queue_options();
  for (std::vector<OptionSpec> more : {target_options(), pipeline_options(), life_options(), telling_options()}) {
    options.insert(options.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return options;
}

std::optional<std::string> check_address(std::string_view text) {
  if (http::ListenAddress::parse(text)) {
    return std::nullopt;
  }
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text.substr(0, text.rfind(':'))), error);
  if (!error && address.is_v6()) {
    return "an IPv6 address in brackets as [::1]:0, or another as {default}";
  }
  return "an address with a port as {default}";
}

}  // namespace ekiden::app
