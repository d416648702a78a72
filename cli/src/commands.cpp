#include "commands.hpp"

#include <ekiden/app/doctor.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/base/parse.hpp>

#include "bench/bench_defaults.hpp"
#include "send/news.hpp"
#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

using app::OptionSpec;
using app::OptionType;

constexpr const char* kServerGroup = "local server";
constexpr const char* kContainerGroup = "containers";
constexpr const char* kRunGroup = "runs";  // Of bench: `bench budgets` has options of its own beside them.

std::optional<std::string> check_task_counts(std::string_view text) {
  const std::vector<std::string> counts = app::parse_list(text);
  bool fine = !counts.empty();
  for (const std::string& count : counts) {
    const std::optional<std::int64_t> number = base::parse<std::int64_t>(count);
    fine = fine && number && *number >= 1 && *number <= 64;
  }
  return fine ? std::nullopt : std::optional<std::string>("whole numbers from 1 to 64 as 1,2,3,4");
}

OptionSpec in_group(const char* group, OptionSpec spec) {
  spec.group = group;
  return spec;
}

/// What every command that runs a local server can tell it.
std::vector<OptionSpec> server_options() {
  return {
      in_group(kServerGroup,
               {.name = "data", .help = "keep queues and tables in this folder, durably", .value_name = "DIR"}),
      in_group(kServerGroup, {.name = "memory",
                              .type = OptionType::kBool,
                              .help = "keep them in memory, gone with the process; the default"}),
      in_group(kServerGroup, {.name = "latency",
                              .help = "delay each answer as a region does: none, or tokyo",
                              .fallback = "none",
                              .value_name = "PROFILE",
                              .choices = {"none", "tokyo"}}),
      in_group(
          kServerGroup,
          {.name = "faults",
           .help = "go wrong at these rates (0 to 1), any of throttle, error, unavailable (requests refused), drop "
                   "(answers lost), partial and unprocessed (entries of batches refused), as in "
                   "throttle=0.01,drop=0.01",
           .value_name = "FAULTS"}),
      in_group(kServerGroup,
               {.name = "seed",
                .type = OptionType::kInteger,
                .help = "the seed of latencies and faults, to repeat a run; otherwise a new one each time",
                .minimum = "0"}),
  };
}

/// What `up` and `local` create where it is missing.
OptionSpec queue_option() {
  return {.name = "queue", .help = "the queue to create, with QUEUE-dead for its dead letters", .value_name = "QUEUE"};
}

OptionSpec table_option() { return {.name = "table", .help = "the table to create", .value_name = "TABLE"}; }

OptionSpec table_key_option() {
  return {.name = "table-key",
          .type = OptionType::kList,
          .help =
              "the attributes of its key, the hash key first; each a text unless a type is added: "
              "order_id,number:N (S text, N number, B binary)",
          .fallback = "user_id,news_id"};
}

OptionSpec with_fallback(OptionSpec spec, std::string fallback) {
  spec.fallback = std::move(fallback);
  return spec;
}

/// A worker's variables must not make `local` create anything.
OptionSpec as_flag_only(OptionSpec spec) {
  spec.scope = app::OptionScope::kFlagOnly;
  return spec;
}

void append(std::vector<OptionSpec>& options, std::vector<OptionSpec> more) {
  options.insert(options.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

OptionSpec worker_option() {
  return {.name = "worker",
          .help =
              "the worker's command line, run by sh -c with AWS_ENDPOINT_URL, AWS_REGION, AWS credentials, "
              "EKIDEN_QUEUE, EKIDEN_QUEUE_URL and EKIDEN_TABLE set; without it, news-worker beside this program",
          .value_name = "CMD"};
}

app::CommandSpec local_command() {
  app::CommandSpec command{.name = "local",
                           .help = "serve SQS and DynamoDB on this machine",
                           .description =
                               "Serves the protocols of Amazon SQS and DynamoDB on this machine, for "
                               "development, tests and one machine's work. Every AWS client works against "
                               "it, with any credentials and region: aws --endpoint-url http://127.0.0.1:4566 sqs "
                               "list-queues. It begins empty, or with the queue and the table that are named."};
  command.options.push_back({.name = "listen",
                             .help = "where to listen; port 0 takes a free one",
                             .fallback = "127.0.0.1:4566",
                             .value_name = "ADDRESS",
                             .check = app::check_address});
  append(command.options,
         {as_flag_only(queue_option()), as_flag_only(table_option()), as_flag_only(table_key_option())});
  append(command.options, server_options());
  command.options.push_back(in_group(
      kServerGroup, {.name = "verify-signatures",
                     .type = OptionType::kBool,
                     .help = "refuse what is not signed, as AWS does, with the keys in AWS_ACCESS_KEY_ID, "
                             "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the server, or else with local and local; "
                             "without it, any keys will do"}));
  command.examples = {"{program} local", "{program} local --data ./state --latency tokyo",
                      "{program} local --queue orders --table orders --table-key order_id",
                      "{program} local --listen 127.0.0.1:0 --faults throttle=0.01,drop=0.01 --seed 7"};
  return command;
}

app::CommandSpec up_command() {
  app::CommandSpec command{.name = "up",
                           .help = "start local server, queues, table, workers and a status page, in one go",
                           .description =
                               "Starts the local server, creates a queue, its dead-letter queue and a "
                               "table, starts workers on them and serves a status page of them all, until "
                               "Ctrl-C. A worker that crashes is started again after 1 s, then 2 s, up to 30 s; "
                               "one that crashes 5 times within a minute, or ends with status 2 (its "
                               "configuration is refused), ends it all. Without options, it is the news example."};
  command.options = {
      {.name = "tasks",
       .type = OptionType::kInteger,
       .help = "how many workers",
       .fallback = "1",
       .minimum = "1",
       .maximum = "64"},
      worker_option(),
      with_fallback(queue_option(), "news"),
      with_fallback(table_option(), "news-deliveries"),
      table_key_option(),
      {.name = "listen",
       .help = "where the local server listens",
       .fallback = "127.0.0.1:4566",
       .value_name = "ADDRESS",
       .check = app::check_address},
      {.name = "ops",
       .help = "where the status page is served",
       .fallback = "127.0.0.1:9000",
       .value_name = "ADDRESS",
       .check = app::check_address},
  };
  append(command.options, server_options());
  command.examples = {"{program} up --tasks 2", "{program} up --data ./state --worker 'python3 worker.py'",
                      "{program} up --queue orders --table orders --table-key order_id --worker build/order-worker"};
  return command;
}

app::CommandSpec send_command() {
  app::CommandSpec command{.name = "send",
                           .help = "send the lines of a file, or news of the example, to a queue",
                           .description =
                               "Sends messages to a queue: each line of a file as one message, or news for "
                               "the example; one of --file and --news must be given. On AWS it asks before it sends, "
                               "or takes --yes. A line that SQS would refuse ends it, named, "
                               "with the --from-line to go on with."};
  command.options = {
      {.name = "queue", .help = "the queue, by name, URL or ARN", .fallback = "news", .value_name = "QUEUE"},
      {.name = "file",
       .help = "one message a line, empty lines left out; - reads standard input",
       .value_name = "FILE"},
      {.name = "from-line",
       .type = OptionType::kInteger,
       .help = "begin with this line of the file, to go on where a send was broken off",
       .fallback = "1",
       .minimum = "1",
       .scope = app::OptionScope::kFlagOnly},
      {.name = "news",
       .type = OptionType::kInteger,
       .help = "send this many news messages of 300 bytes",
       .minimum = "1",
       .maximum = std::to_string(kNewsMax)},
      {.name = "yes",
       .type = OptionType::kBool,
       .help = "do not ask before sending to AWS",
       .scope = app::OptionScope::kFlagOnly},
  };
  append(command.options, app::target_options());
  command.examples = {"{program} send --local --news 1000", "{program} send --queue orders --file orders.jsonl --yes"};
  return command;
}

/// A worker's doctor, for those that are no App: it knows the settings, but not what the handler takes.
app::CommandSpec doctor_command() {
  std::vector<OptionSpec> options = app::worker_options();
  std::erase_if(options, [](const OptionSpec& option) { return option.scope == app::OptionScope::kFlagOnly; });
  app::CommandSpec command = app::doctor_command(options);
  command.inherits.reset();
  append(command.options, std::move(options));
  command.description += " Without --queue it checks the news example's queue and table.";
  command.examples = {"{program} doctor --local", "{program} doctor --queue orders --table orders --json",
                      "{program} doctor --config worker.toml"};
  return command;
}

/// Of bench, for workers in containers.
std::vector<OptionSpec> container_options() {
  return {
      in_group(kContainerGroup, {.name = "containers",
                                 .type = OptionType::kBool,
                                 .help = "run each task as a container of an image instead of a process"}),
      in_group(kContainerGroup, {.name = "image",
                                 .help = "the worker's image; scripts/image builds this one",
                                 .fallback = "news-worker:" EKIDEN_VERSION,
                                 .value_name = "IMAGE"}),
      in_group(kContainerGroup, {.name = "container-memory",
                                 .type = OptionType::kSize,
                                 .help = "the memory of each container, which gets no swap",
                                 .fallback = "64MiB",
                                 .minimum = "32MiB"}),
      in_group(kContainerGroup, {.name = "engine",
                                 .help = "docker, podman or the path of one; without it docker, if `docker info` "
                                         "succeeds, else podman",
                                 .value_name = "PROGRAM"}),
      in_group(kContainerGroup, {.name = "run-options",
                                 .help = "further options for the engine, as in '--runtime runc --cpus 1'",
                                 .value_name = "OPTIONS"}),
  };
}

app::CommandSpec bench_command() {
  app::CommandSpec command{
      .name = "bench",
      .help = "measure: fill a queue, drain it with 1, 2, 3 and 4 worker processes, check each item",
      .description =
          "The experiment of the article that Ekiden re-creates. For each number of tasks: starts a fresh local "
          "server, fills the queue, "
          "starts that many worker processes, waits until the queue is drained, and "
          "checks that the table holds every item with the right content and that the "
          "queue and its dead-letter queue are empty."};
  command.options = {
      in_group(kRunGroup, {.name = "messages",
                           .type = OptionType::kInteger,
                           .help = "messages in each run; without it " + grouped(kBenchMessages) + ", for budgets " +
                                   grouped(kBudgetMessages),
                           .minimum = "1",
                           .maximum = std::to_string(kNewsMax)}),
      in_group(kRunGroup, {.name = "tasks",
                           .type = OptionType::kList,
                           .help = "the numbers of worker processes, or of containers, which are " +
                                   std::string(kContainerTasks) + " without it; budgets always takes one",
                           .fallback = "1,2,3,4",
                           .check = check_task_counts}),
      in_group(kRunGroup, {.name = "repeat",
                           .type = OptionType::kInteger,
                           .help = "runs of each kind, of which the median is shown; without it " +
                                   std::to_string(kBenchRepeat) + ", for budgets " + std::to_string(kBudgetRepeat),
                           .minimum = "1",
                           .maximum = "100"}),
      in_group(kRunGroup, worker_option()),
      in_group(kRunGroup,
               {.name = "json", .help = "write the results as JSON; - to standard output", .value_name = "FILE"}),
      in_group(kRunGroup, {.name = "svg", .help = "write a chart; not of budgets", .value_name = "FILE"}),
  };
  append(command.options, container_options());
  append(command.options, server_options());
  app::CommandSpec budgets{.name = "budgets",
                           .help = "measure every figure that has a limit which Ekiden must keep",
                           .description =
                               "Measures every figure that has a limit which Ekiden must keep, its budget: messages "
                               "a second, in memory, on disk and with a region's latency, and a worker's CPU, memory "
                               "with 1,000 messages held, start and idle CPU. The table says the least that is "
                               "accepted, the goal, and which of them was reached. It takes some minutes."};
  budgets.options = {
      {.name = "idle",
       .type = OptionType::kDuration,
       .help = "how long an idle worker is watched",
       .fallback = "60s",
       .minimum = "1s",
       .maximum = "1h"},
      {.name = "starts",
       .type = OptionType::kInteger,
       .help = "how often a worker's start is measured",
       .fallback = "20",
       .minimum = "1",
       .maximum = "1000"},
  };
  budgets.examples = {"{program} bench budgets --json budgets.json"};
  command.commands.push_back(std::move(budgets));
  command.examples = {
      "{program} bench", "{program} bench --latency tokyo --tasks 1,2,4 --json runs.json --svg runs.svg",
      "{program} bench --containers --tasks 1,2", "EKIDEN_POLL_INTERVAL=100ms {program} bench --tasks 1"};
  return command;
}

}  // namespace

app::CommandSpec program_spec() {
  app::CommandSpec program{.name = "ekiden",
                           .help = "run, fill and measure queue workers",
                           .description =
                               "Runs, fills and measures queue workers on Amazon SQS and DynamoDB, and "
                               "stands in for both on one machine."};
  program.commands = {local_command(), up_command(), send_command(), doctor_command(), bench_command()};
  program.command_required = true;
  program.version = EKIDEN_VERSION;
  program.examples = {"{program} bench", "{program} up --tasks 2"};
  return program;
}

}  // namespace ekiden::cli
