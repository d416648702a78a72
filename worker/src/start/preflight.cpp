#include "preflight.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/words.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/failure_text.hpp>

#include <algorithm>

#include "queue_facts.hpp"
#include "start_fault.hpp"
#include "table_status.hpp"
#include "vitals/cause.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kTransientPatience = 30s;   // For a service or a network that is still starting.
constexpr runtime::Duration kCreatingPause = 2s;        // A new table is usually ACTIVE after 5 to 20 s.
constexpr std::chrono::seconds kVisibilityDefault{30};  // SQS's default.
constexpr std::chrono::seconds kVisibilityMin{3};       // As for --visibility-timeout: with less, extensions are late.

// Contradicting settings: only the user can fix them, so there is no retry.
class SettingsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string fifo_error(const std::string& subject, std::string_view fault, std::string_view fix) {
  return subject + " " + std::string(fault) + "; " + std::string(fix);
}

SettingsError fifo_queue(const Settings& settings) {
  return SettingsError(fifo_error("queue " + settings.queue, kFifoQueueFault, kFifoQueueFix));
}

void require_standard_dead_letters(const std::string& name) {
  if (aws::sqs::is_fifo_name(name)) {
    throw SettingsError(fifo_error("dead-letter queue " + name, kFifoDeadLetterFault, kFifoDeadLetterFix));
  }
}

std::chrono::seconds visibility_of(const aws::sqs::Attributes& attributes, const Settings& settings) {
  if (settings.visibility_timeout) {
    return *settings.visibility_timeout;
  }
  const long long seconds = number_of(attributes, "VisibilityTimeout");
  return seconds > 0 ? std::max(std::chrono::seconds(seconds), kVisibilityMin) : kVisibilityDefault;
}

std::uint64_t message_max_of(const aws::sqs::Attributes& attributes) {
  const long long bytes = number_of(attributes, "MaximumMessageSize");
  return bytes > 0 ? static_cast<std::uint64_t>(bytes) : aws::sqs::kMessageBytesMax;
}

Task<std::optional<aws::sqs::QueueUrl>> find_dead_letter_queue(aws::sqs::SqsClient& client,
                                                               const aws::sqs::Attributes& attributes,
                                                               const Settings& settings, aws::CallOptions options) {
  std::string name = settings.dead_letter_queue;
  if (name.empty()) {
    const std::optional<RedrivePolicy> policy = redrive_policy(attributes);
    name = policy ? policy->target.text() : std::string();
  }
  require_standard_dead_letters(name);
  if (!name.empty()) {
    co_return co_await client.find_queue(std::move(name), options);
  }
  if (!settings.allow_no_dead_letter_queue) {
    throw SettingsError("queue " + settings.queue +
                        " has no redrive policy, so there is no dead-letter queue for rejected messages: add a "
                        "redrive policy, name a queue with --dead-letter-queue, or start with --no-dead-letter-queue");
  }
  co_return std::nullopt;
}

// The table, or nothing if the credentials are not allowed to describe it and --table-key is set.
Task<std::optional<aws::dynamodb::TableDescription>> describe(aws::dynamodb::DynamoDbClient& client,
                                                              const Settings& settings, aws::CallOptions options) {
  try {
    co_return co_await client.describe_table(settings.table, options);
  } catch (const aws::Error& error) {
    if (settings.table_key.empty() || !error.facts().code.starts_with("AccessDenied")) {
      throw;
    }
  }
  co_return std::nullopt;
}

// Sets `key` to the key of the table. Returns false if the table is still being created.
Task<bool> find_key(aws::dynamodb::DynamoDbClient& client, const Settings& settings, aws::CallOptions options,
                    std::vector<std::string>& key) {
  key = settings.table_key;
  if (settings.table.empty()) {
    co_return true;
  }
  const std::optional<aws::dynamodb::TableDescription> table = co_await describe(client, settings, options);
  if (!table) {
    co_return true;
  }
  const TableState state = table_state(table->status);
  if (state.use == TableUse::kUnusable) {
    throw SettingsError("table " + settings.table + " " + state.why + ": " + state.fix);
  }
  key = table->key_attributes();
  if (!settings.table_key.empty() && settings.table_key != key) {
    const std::string right = base::join(key, ",");
    throw SettingsError("--table-key " + base::join(settings.table_key, ",") + " does not match table " +
                        settings.table + ", whose key is " + right + ": set --table-key " + right +
                        ", or leave the option out");
  }
  co_return state.use == TableUse::kUsable;
}

std::string reason_of(const aws::Error& error, const aws::Target& target) {
  const bool may_not_describe =
      error.facts().operation == "dynamodb.DescribeTable" && error.facts().code.starts_with("AccessDenied");
  return failure_text(error, target) + (may_not_describe ? ", or name the table's key with --table-key" : "");
}

// Empty if the table is still being created.
Task<std::optional<Preflight>> look(Services services, const Settings& settings, aws::CallOptions options) {
  Preflight found;
  found.queue = co_await services.sqs.find_queue(settings.queue, options);
  found.queue_name = std::string(found.queue.name());
  const aws::sqs::Attributes attributes = co_await services.sqs.get_queue_attributes(found.queue, {}, options);
  if (is_fifo(attributes) || aws::sqs::is_fifo_name(found.queue_name)) {
    throw fifo_queue(settings);
  }
  if (const auto arn = attributes.find("QueueArn"); arn != attributes.end()) {
    found.queue_arn = arn->second;
  }
  found.message_max = message_max_of(attributes);
  found.visibility_timeout = visibility_of(attributes, settings);
  found.dead_letter_queue = co_await find_dead_letter_queue(services.sqs, attributes, settings, options);
  if (found.dead_letter_queue && path_of(*found.dead_letter_queue) == path_of(found.queue)) {
    throw SettingsError("queue " + settings.queue +
                        " cannot be its own dead-letter queue, because rejected messages would be received again "
                        "without end: name another queue with --dead-letter-queue");
  }
  const bool has_table = co_await find_key(services.dynamodb, settings, options, found.key_attributes);
  co_return has_table ? std::optional(std::move(found)) : std::nullopt;
}

bool same_queue(const Preflight& one, const Preflight& other) {
  return one.queue_arn.empty() || other.queue_arn.empty() ? path_of(one.queue) == path_of(other.queue)
                                                          : one.queue_arn == other.queue_arn;
}

}  // namespace

void require_standard_queues(const Settings& settings) {
  try {
    if (aws::sqs::is_fifo_name(settings.queue)) {
      throw fifo_queue(settings);
    }
    require_standard_dead_letters(settings.dead_letter_queue);
  } catch (const SettingsError& error) {
    throw StartError(error.what());
  }
}

Task<Preflight> preflight(runtime::Env env, Services services, const Settings& settings) {
  runtime::TimePoint begun = env.clock.now();
  Cause cause;
  int refusals = 0;
  for (aws::CallOptions options{};; options.attempts = 1) {  // This loop retries, so later calls need one attempt.
    runtime::Duration pause = kRefusalPause;
    try {
      std::optional<Preflight> found = co_await look(services, settings, options);
      if (found) {
        services.waiting_for.clear();
        co_return *std::move(found);
      }
      begun = env.clock.now();  // Everything answered: a later failure gets the whole patience.
      refusals = 0;
      pause = kCreatingPause;
      if (services.waiting_for.empty()) {
        services.waiting_for = "table " + settings.table + " is being created (CREATING): the worker waits for it";
        env.events.publish(events::kWaiting,
                           {std::string_view(settings.queue), std::string_view(services.waiting_for)});
      }
    } catch (const aws::Error& error) {
      const std::string why = reason_of(error, services.target);
      const bool transient = may_pass(error.facts());
      if (transient ? env.clock.now() - begun >= kTransientPatience : ++refusals >= kRefusalsMax) {
        throw StartError(why);
      }
      // The credentials provider logs its own failures.
      if (transient && !error.is(aws::codes::kNoCredentials) && cause.is_new(error.facts())) {
        env.events.publish(events::kWaiting, {std::string_view(settings.queue), std::string_view(why)});
      }
    } catch (const aws::ConfigurationError& error) {
      throw StartError(error.what());
    } catch (const SettingsError& error) {
      throw StartError(error.what());
    }
    co_await env.clock.sleep_for(pause);
  }
}

void require_different_queues(const std::vector<Preflight>& found) {
  for (auto one = found.begin(); one != found.end(); ++one) {
    if (std::any_of(found.begin(), one, [one](const Preflight& other) { return same_queue(*one, other); })) {
      throw StartError("two handlers of this worker have the same queue " + one->queue.text() +
                       ", so a message could reach the wrong one: set the key queue in the section [queue.NAME] of "
                       "each handler to another queue");
    }
  }
}

}  // namespace ekiden::worker
