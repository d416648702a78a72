#include "preflight.hpp"

#include <ekiden/aws/error.hpp>
#include <ekiden/aws/json_reader.hpp>
#include <ekiden/worker/events.hpp>

#include <algorithm>
#include <charconv>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr int kFinalTries = 3;
constexpr runtime::Duration kFinalPause = 1s;
constexpr runtime::Duration kTransientPatience = 30s;   // A service that is starting, a network that is not up yet.
constexpr std::chrono::seconds kVisibilityDefault{30};  // SQS's own.

// What would be asked of the user, not of AWS: trying again cannot help.
class SettingsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool is_url(const std::string& queue) { return queue.starts_with("http://") || queue.starts_with("https://"); }

Task<sqs::QueueUrl> find_queue(sqs::Client& client, std::string queue) {
  if (is_url(queue)) {
    co_return sqs::QueueUrl(std::move(queue));
  }
  co_return co_await client.get_queue_url(queue);
}

std::chrono::seconds visibility_of(const sqs::Attributes& attributes, const Settings& settings) {
  if (settings.visibility_timeout) {
    return *settings.visibility_timeout;
  }
  const auto found = attributes.find("VisibilityTimeout");
  int seconds = 0;
  if (found != attributes.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
  }
  return seconds > 0 ? std::chrono::seconds(seconds) : kVisibilityDefault;
}

// The queue that the redrive policy names; empty if there is none.
std::string redrive_target(const sqs::Attributes& attributes) {
  const auto policy = attributes.find("RedrivePolicy");
  aws::JsonDocument document;
  if (policy == attributes.end() || document.parse(policy->second)) {
    return {};
  }
  return std::string(aws::Arn(std::string(document.root().text("deadLetterTargetArn"))).resource());
}

Task<std::optional<sqs::QueueUrl>> find_dead_letter_queue(sqs::Client& client, const sqs::Attributes& attributes,
                                                          const Settings& settings) {
  std::string name = settings.dead_letter_queue;
  if (name.empty()) {
    name = redrive_target(attributes);
  }
  if (!name.empty()) {
    co_return co_await find_queue(client, std::move(name));
  }
  if (!settings.allow_no_dead_letter_queue) {
    throw SettingsError("queue " + settings.queue +
                        " has no redrive policy, so that rejected messages would have nowhere to go: give the queue "
                        "one, name a queue with --dead-letter-queue, or start with --no-dead-letter-queue");
  }
  co_return std::nullopt;
}

Task<std::vector<std::string>> find_key(dynamodb::Client& client, const Settings& settings) {
  if (settings.table.empty() || !settings.table_key.empty()) {
    co_return settings.table_key;
  }
  const dynamodb::TableDescription table = co_await client.describe_table(settings.table);
  co_return table.key_attributes();
}

Task<Preflight> look(sqs::Client& sqs_client, dynamodb::Client& dynamodb_client, const Settings& settings) {
  Preflight found;
  found.queue = co_await find_queue(sqs_client, settings.queue);
  found.queue_name = std::string(found.queue.name());
  const sqs::Attributes attributes = co_await sqs_client.get_queue_attributes(found.queue);
  found.visibility_timeout = visibility_of(attributes, settings);
  found.dead_letter_queue = co_await find_dead_letter_queue(sqs_client, attributes, settings);
  found.key_attributes = co_await find_key(dynamodb_client, settings);
  co_return found;
}

}  // namespace

Task<Preflight> preflight(runtime::Env env, sqs::Client& sqs_client, dynamodb::Client& dynamodb_client,
                          const Settings& settings) {
  const runtime::TimePoint begun = env.clock.now();
  for (int tries = 1;; ++tries) {
    std::string why;
    bool transient = false;
    try {
      Preflight found = co_await look(sqs_client, dynamodb_client, settings);
      co_return found;
    } catch (const aws::Error& error) {
      why = error.what();
      transient = error.facts().retryable;
    } catch (const SettingsError& error) {
      throw StartError(error.what());
    }
    const bool give_up = transient ? env.clock.now() - begun >= kTransientPatience : tries >= kFinalTries;
    if (give_up) {
      throw StartError(why);
    }
    env.events.publish(events::kReceiveFailed, {std::string_view(settings.queue), std::string_view(why)});
    co_await env.clock.sleep_for(kFinalPause);
  }
}

}  // namespace ekiden::worker
