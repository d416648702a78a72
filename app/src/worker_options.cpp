#include <ekiden/app/value_text.hpp>
#include <ekiden/app/worker_options.hpp>

namespace ekiden::app {
namespace {

constexpr const char* kQueueGroup = "queue and table";
constexpr const char* kTargetGroup = "target";
constexpr const char* kPipelineGroup = "pipeline";
constexpr const char* kOperationsGroup = "operations";

OptionSpec in_group(const char* group, OptionSpec spec) {
  spec.group = group;
  return spec;
}

OptionSpec of_queue(const char* group, OptionSpec spec) {
  spec.per_queue = true;
  return in_group(group, std::move(spec));
}

std::optional<std::string> check_endpoint(std::string_view text) {
  if (text.starts_with("http://") || text.starts_with("https://")) {
    return std::nullopt;
  }
  return "a URL as http://127.0.0.1:4566";
}

std::vector<OptionSpec> queue_options() {
  return {
      of_queue(kQueueGroup, {.name = "queue", .help = "the queue to drain, by name or URL", .value_name = "QUEUE"}),
      of_queue(kQueueGroup, {.name = "table", .help = "the table that context.table() names", .value_name = "TABLE"}),
      of_queue(kQueueGroup, {.name = "table-key",
                             .type = OptionType::kList,
                             .help = "the key attributes of the table, hash first, instead of asking DescribeTable"}),
      of_queue(kQueueGroup, {.name = "dead-letter-queue",
                             .help = "where rejected and undecodable messages go, instead of the target of the "
                                     "queue's redrive policy",
                             .value_name = "QUEUE"}),
      of_queue(kQueueGroup, {.name = "no-dead-letter-queue",
                             .type = OptionType::kBool,
                             .help = "start although there is nowhere to send rejected messages"}),
  };
}

std::vector<OptionSpec> pipeline_options() {
  return {
      of_queue(kPipelineGroup, {.name = "max-in-flight",
                                .type = OptionType::kInteger,
                                .help = "messages held at a time, from receive to settlement",
                                .fallback = "1000",
                                .minimum = "1",
                                .maximum = "100000"}),
      of_queue(kPipelineGroup, {.name = "max-receives",
                                .type = OptionType::kInteger,
                                .help = "receives in flight at a time when the queue is full",
                                .fallback = "32",
                                .minimum = "1",
                                .maximum = "1000"}),
      of_queue(kPipelineGroup, {.name = "poll-interval",
                                .type = OptionType::kDuration,
                                .help = "receive at this fixed interval instead of on demand",
                                .minimum = "1ms",
                                .maximum = "1h"}),
      of_queue(kPipelineGroup, {.name = "wait-time",
                                .type = OptionType::kDuration,
                                .help = "how long an idle receive waits for a message",
                                .fallback = "20s",
                                .minimum = "0",
                                .maximum = "20s"}),
      of_queue(kPipelineGroup, {.name = "visibility-timeout",
                                .type = OptionType::kDuration,
                                .help = "how long a received message is hidden before its lease is extended again",
                                .fallback = "30s",
                                .minimum = "3s",
                                .maximum = "12h"}),
      of_queue(kPipelineGroup, {.name = "linger",
                                .type = OptionType::kDuration,
                                .help = "how long a batch of writes or deletes waits to fill",
                                .fallback = "5ms",
                                .minimum = "0",
                                .maximum = "1s"}),
      of_queue(kPipelineGroup, {.name = "retry-delay",
                                .type = OptionType::kDuration,
                                .help = "the wait after a message's first failure; doubles with each further one",
                                .fallback = "1s",
                                .minimum = "0",
                                .maximum = "12h"}),
      of_queue(kPipelineGroup, {.name = "retry-delay-max",
                                .type = OptionType::kDuration,
                                .help = "the longest wait between two attempts",
                                .fallback = "15m",
                                .minimum = "0",
                                .maximum = "12h"}),
  };
}

std::vector<OptionSpec> operations_options() {
  std::vector<OptionSpec> options{
      in_group(kOperationsGroup, {.name = "stop-timeout",
                                  .type = OptionType::kDuration,
                                  .help = "the time between SIGTERM and SIGKILL; draining ends 5 s before",
                                  .fallback = "30s",
                                  .minimum = "6s",
                                  .maximum = "1h"}),
      in_group(kOperationsGroup, {.name = "ops",
                                  .help = "where /live, /ready, /metrics and the status page are served; port 0 takes "
                                          "a free one, \"off\" serves none",
                                  .fallback = "127.0.0.1:9000",
                                  .value_name = "ADDRESS",
                                  .check = [](std::string_view text) -> std::optional<std::string> {
                                    return text == "off" ? std::nullopt : check_address(text);
                                  }}),
      in_group(kOperationsGroup, {.name = "log-level",
                                  .type = OptionType::kChoice,
                                  .help = "the least severe events that are logged",
                                  .fallback = "info",
                                  .choices = {"debug", "info", "warning", "error"}}),
      in_group(kOperationsGroup,
               {.name = "log-format",
                .type = OptionType::kChoice,
                .help = "how events are logged on standard error; auto: text on a terminal, else json",
                .fallback = "auto",
                .choices = {"auto", "text", "json"}}),
      in_group(kOperationsGroup, {.name = "config",
                                  .help = "a TOML file with any of these options",
                                  .value_name = "FILE",
                                  .scope = OptionScope::kNoFile,
                                  .config_file = true}),
      in_group(kOperationsGroup, {.name = "health",
                                  .help = "ask the worker with this process id whether it is healthy, and exit 0 or 1",
                                  .value_name = "PID",
                                  .scope = OptionScope::kFlagOnly,
                                  .implied = "auto"}),
  };
  options.push_back({.name = "report-fd",
                     .type = OptionType::kInteger,
                     .help = "the inherited descriptor on which to report the ops address",
                     .minimum = "3",
                     .scope = OptionScope::kNoFile,
                     .hidden = true});
  return options;
}

}  // namespace

std::vector<OptionSpec> target_options() {
  return {
      in_group(kTargetGroup,
               {.name = "local", .type = OptionType::kBool, .help = "talk to `ekiden local` on http://127.0.0.1:4566"}),
      in_group(kTargetGroup, {.name = "endpoint",
                              .help = "the URL of SQS and DynamoDB, instead of the AWS variables and profile",
                              .value_name = "URL",
                              .check = check_endpoint}),
      in_group(kTargetGroup, {.name = "region", .help = "the AWS region", .value_name = "REGION"}),
  };
}

std::vector<OptionSpec> worker_options() {
  std::vector<OptionSpec> options = queue_options();
  for (std::vector<OptionSpec> more : {target_options(), pipeline_options(), operations_options()}) {
    options.insert(options.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return options;
}

std::optional<std::string> check_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > 0) {
    const std::optional<std::int64_t> port = parse_integer(text.substr(colon + 1));
    if (port && *port >= 0 && *port <= 65535) {
      return std::nullopt;
    }
  }
  return "an address with a port as 127.0.0.1:9000";
}

}  // namespace ekiden::app
