#include "preflight.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/words.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/failure_text.hpp>

#include <algorithm>

#include "queue_facts.hpp"
#include "start_fault.hpp"
#include "vitals/cause.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kTransientPatience = 30s;   // For a service or a network that is still starting.
constexpr std::chrono::seconds kVisibilityDefault{30};  // SQS's default.
constexpr std::chrono::seconds kVisibilityMin{3};       // As for --visibility-timeout: with less, extensions are late.

// Contradicting settings: only the user can fix them, so there is no retry.
class SettingsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

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

// The table's key, or nothing if the credentials are not allowed to describe the table and --table-key is set.
Task<std::optional<std::vector<std::string>>> describe_key(aws::dynamodb::DynamoDbClient& client,
                                                           const Settings& settings, aws::CallOptions options) {
  try {
    const aws::dynamodb::TableDescription table = co_await client.describe_table(settings.table, options);
    co_return table.key_attributes();
  } catch (const aws::Error& error) {
    if (settings.table_key.empty() || !error.facts().code.starts_with("AccessDenied")) {
      throw;
    }
  }
  co_return std::nullopt;
}

Task<std::vector<std::string>> find_key(aws::dynamodb::DynamoDbClient& client, const Settings& settings,
                                        aws::CallOptions options) {
  if (settings.table.empty()) {
    co_return settings.table_key;
  }
  const std::optional<std::vector<std::string>> described = co_await describe_key(client, settings, options);
  if (!described) {
    co_return settings.table_key;
  }
  if (!settings.table_key.empty() && settings.table_key != *described) {
    const std::string key = base::join(*described, ",");
    throw SettingsError("--table-key " + base::join(settings.table_key, ",") + " does not match table " +
                        settings.table + ", whose key is " + key + ": set --table-key " + key +
                        ", or leave the option out");
  }
  co_return *described;
}

std::string reason_of(const aws::Error& error, const aws::Target& target) {
  const bool may_not_describe =
      error.facts().operation == "dynamodb.DescribeTable" && error.facts().code.starts_with("AccessDenied");
  return failure_text(error, target) + (may_not_describe ? ", or name the table's key with --table-key" : "");
}

Task<Preflight> look(Services services, const Settings& settings, aws::CallOptions options) {
  Preflight found;
  found.queue = co_await services.sqs.find_queue(settings.queue, options);
  found.queue_name = std::string(found.queue.name());
  const aws::sqs::Attributes attributes = co_await services.sqs.get_queue_attributes(found.queue, {}, options);
  found.message_max = message_max_of(attributes);
  found.visibility_timeout = visibility_of(attributes, settings);
  found.dead_letter_queue = co_await find_dead_letter_queue(services.sqs, attributes, settings, options);
  if (found.dead_letter_queue && path_of(*found.dead_letter_queue) == path_of(found.queue)) {
    throw SettingsError("queue " + settings.queue +
                        " cannot be its own dead-letter queue, because rejected messages would be received again "
                        "without end: name another queue with --dead-letter-queue");
  }
  found.key_attributes = co_await find_key(services.dynamodb, settings, options);
  co_return found;
}

}  // namespace

Task<Preflight> preflight(runtime::Env env, Services services, const Settings& settings) {
  const runtime::TimePoint begun = env.clock.now();
  Cause cause;
  int refusals = 0;
  for (aws::CallOptions options{};; options.attempts = 1) {  // This loop retries, so later calls need one attempt.
    try {
      Preflight found = co_await look(services, settings, options);
      co_return found;
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
    co_await env.clock.sleep_for(kRefusalPause);
  }
}

}  // namespace ekiden::worker
