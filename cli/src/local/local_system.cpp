#include "local_system.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/json/writer.hpp>

#include <algorithm>
#include <stdexcept>

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kStopGrace = std::chrono::milliseconds(200);

app::AwsSetup setup_of(const std::string& url, aws::Credentials keys) {
  aws::TargetOptions options;
  options.endpoint = url;
  options.region = "us-east-1";  // Any Region works. Without one, only a server on loopback is accepted.
  app::AwsSetup setup;
  setup.target =
      aws::Target::resolve(options, [](std::string_view) -> std::optional<std::string> { return std::nullopt; });
  setup.credentials = std::make_shared<aws::StaticCredentials>(std::move(keys), "local server");
  return setup;
}

/// Replaces "any address" with loopback: a client cannot connect to "any address".
std::string reachable(std::string url) {
  for (const auto& [any, loopback] : {std::pair("//0.0.0.0:", "//127.0.0.1:"), std::pair("//[::]:", "//[::1]:")}) {
    if (const std::size_t at = url.find(any); at != std::string::npos) {
      url.replace(at, std::string_view(any).size(), loopback);
    }
  }
  return url;
}

/// The key in the syntax of --table-key.
std::string key_text(const std::vector<aws::dynamodb::KeyAttribute>& key) {
  std::string text;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    text += (text.empty() ? "" : ",") + attribute.name + (attribute.type == "S" ? "" : ":" + attribute.type);
  }
  return text;
}

}  // namespace

Clients::Clients(app::Process& process, const app::AwsSetup& aws)
    : sqs(process.env(), process.transport(), aws.credentials, aws.target),
      dynamodb(process.env(), process.transport(), aws.credentials, aws.target) {}

LocalSystem::LocalSystem(app::Process& process, local::ServerOptions options, Names names, aws::Credentials keys)
    : names_(std::move(names)),
      server_(process.env(), std::move(options)),
      clients_(process, setup_of(url(), std::move(keys))),
      serving_(process.env().executor) {}

std::string LocalSystem::url() const { return reachable(server_.url()); }

Task<bool> LocalSystem::start() {
  serving_.spawn(server_.run());
  bool created = false;
  for (const std::string& queue : names_.queues) {
    if (!names_.is_dead_letter_queue(queue)) {
      const bool queues_created = co_await create_queues(queue);
      created = created || queues_created;
    }
  }
  for (const std::string& queue : names_.queues) {
    if (names_.is_dead_letter_queue(queue)) {  // It exists now.
      aws::sqs::QueueUrl url = co_await clients_.sqs.get_queue_url(queue);
      queues_.push_back({queue, std::move(url), {}});
    }
  }
  for (const TableName& table : names_.tables) {
    const bool table_created = co_await create_table(table);
    created = created || table_created;
  }
  co_return created;
}

Task<bool> LocalSystem::create_queues(std::string name) {
  const std::vector<aws::sqs::QueueUrl> before = co_await clients_.sqs.list_queues(name);
  const std::string dead_name = dead_letter_queue_of(name);
  const bool has_queue = std::ranges::find(before, name, &aws::sqs::QueueUrl::name) != before.end();
  const bool has_dead = std::ranges::find(before, dead_name, &aws::sqs::QueueUrl::name) != before.end();
  // An existing queue is not changed. A new one keeps messages for 14 days: longer than the 4 days of the source queue,
  // because the age of a dead letter counts from its first send.
  const aws::sqs::Attributes kept{{"MessageRetentionPeriod", "1209600"}};
  LocalQueue queue{name, {}, {}};
  queue.dead_letter_queue = co_await clients_.sqs.create_queue(dead_name, has_dead ? aws::sqs::Attributes() : kept);
  const aws::sqs::Attributes dead = co_await clients_.sqs.get_queue_attributes(queue.dead_letter_queue);
  base::JsonWriter policy;
  policy.begin_object().field("deadLetterTargetArn", dead.at("QueueArn"));
  policy.field("maxReceiveCount", std::int64_t{kMaxReceiveCount}).end_object();
  try {
    const aws::sqs::Attributes attributes{{"RedrivePolicy", policy.text()}};
    queue.url = co_await clients_.sqs.create_queue(name, attributes);
  } catch (const aws::Error& error) {
    if (!error.is("QueueNameExists")) {
      throw;
    }
    throw local::StartError("queue " + name + " exists, but its redrive policy does not name " + dead_name +
                            " with maxReceiveCount " + std::to_string(kMaxReceiveCount) +
                            ": choose another --queue, or another folder with --data");
  }
  queues_.push_back(std::move(queue));
  co_return !has_queue || !has_dead;
}

Task<bool> LocalSystem::create_table(TableName wanted) {
  try {
    co_await clients_.dynamodb.create_table(wanted.name, wanted.key);
    co_return true;
  } catch (const aws::Error& error) {
    if (!error.is("ResourceInUseException")) {
      throw;
    }
  }
  const aws::dynamodb::TableDescription table = co_await clients_.dynamodb.describe_table(wanted.name);
  if (table.key != wanted.key) {
    const std::string key = (names_.tables.size() > 1 ? wanted.name + "=" : "") + key_text(table.key);
    throw local::StartError("table " + wanted.name + " exists with another key: use --table-key " + key +
                            ", or choose another --table, or another folder with --data");
  }
  co_return false;
}

Task<> LocalSystem::ended() { co_await serving_.join(); }

Task<> LocalSystem::stop() {
  request_stop(kStopGrace);
  co_await ended();
}

Task<std::int64_t> LocalSystem::messages_in(const aws::sqs::QueueUrl& queue) {
  const aws::sqs::Attributes attributes = co_await clients_.sqs.get_queue_attributes(queue);
  co_return aws::sqs::number_of(attributes, "ApproximateNumberOfMessages").value_or(0) +
      aws::sqs::number_of(attributes, "ApproximateNumberOfMessagesNotVisible").value_or(0) +
      aws::sqs::number_of(attributes, "ApproximateNumberOfMessagesDelayed").value_or(0);
}

}  // namespace ekiden::cli
