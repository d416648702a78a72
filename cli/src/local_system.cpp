#include "local_system.hpp"

#include <ekiden/aws/error.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "news.hpp"

namespace ekiden::cli {
namespace {

constexpr int kSendersMax = 16;  // Enough to keep a local server busy and a distant one from waiting.
constexpr runtime::Duration kStopGrace = std::chrono::milliseconds(200);
constexpr unsigned kSendAttempts = 20;

aws::Target target_of(const std::string& url) {
  aws::TargetOptions options;
  options.endpoint = url;
  return aws::Target::resolve(options, [](std::string_view) -> std::optional<std::string> { return std::nullopt; });
}

std::int64_t number(const sqs::Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  std::int64_t value = 0;
  if (found != attributes.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  }
  return value;
}

// What the senders share.
struct Sending {
  NextBatch next;
  SendProgress progress;
  std::int64_t stored = 0;
  bool over = false;  // Nothing is left, or one of them failed.
};

Task<> send_batch(runtime::Env env, sqs::Client& client, const sqs::QueueUrl& queue,
                  std::vector<sqs::OutgoingMessage> batch, Sending& sending) {
  for (unsigned attempt = 0; !batch.empty(); ++attempt) {
    const std::vector<sqs::SendResult> results = co_await client.send_batch(queue, batch);
    std::vector<sqs::OutgoingMessage> refused;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].error) {
        if (results[i].error->sender_fault || attempt + 1 >= kSendAttempts) {
          throw std::runtime_error("SQS refused a message after " + std::to_string(sending.stored) +
                                   " were sent: " + results[i].error->code + ": " + results[i].error->message);
        }
        refused.push_back(std::move(batch[i]));
      }
    }
    sending.stored += static_cast<std::int64_t>(results.size() - refused.size());
    sending.progress(sending.stored);
    batch = std::move(refused);
    if (!batch.empty()) {
      co_await env.clock.sleep_for(std::chrono::milliseconds(50) * (attempt + 1));
    }
  }
}

Task<> send_share(runtime::Env env, sqs::Client& client, const sqs::QueueUrl& queue, Sending& sending) {
  while (!sending.over) {
    std::vector<sqs::OutgoingMessage> batch = sending.next();
    if (batch.empty()) {
      sending.over = true;
      co_return;
    }
    co_await send_batch(env, client, queue, std::move(batch), sending);
  }
}

}  // namespace

local::ServerOptions server_options_from(const app::Options& options, std::string listen) {
  local::ServerOptions server;
  server.listen = std::move(listen);
  if (options.has("data")) {
    if (options.flag("memory")) {
      throw app::UsageError("--data and --memory contradict each other: give one of them");
    }
    server.service.storage.folder = options.text("data");
  }
  try {
    server.service.latency = local::parse_latency(options.text("latency"));
    server.service.faults = local::Faults::parse(options.text("faults"));
  } catch (const std::invalid_argument& error) {
    throw app::UsageError(error.what());
  }
  if (options.has("seed")) {
    server.seed = static_cast<std::uint64_t>(options.integer("seed"));
  }
  return server;
}

Clients::Clients(app::Process& process, const aws::Target& target)
    : sqs(process.env(), process.transport(), aws::default_credentials(app::Process::environment(), target.is_local),
          target),
      dynamodb(process.env(), process.transport(),
               aws::default_credentials(app::Process::environment(), target.is_local), target) {}

LocalSystem::LocalSystem(app::Process& process, local::ServerOptions options, Names names)
    : names_(std::move(names)),
      server_(process.env(), std::move(options)),
      clients_(process, target_of(server_.url())),
      serving_(process.env().executor) {}

Task<bool> LocalSystem::start() {
  serving_.spawn(server_.run());
  const std::vector<sqs::QueueUrl> before = co_await clients_.sqs.list_queues(names_.queue);
  dead_letter_queue_ = co_await clients_.sqs.create_queue(names_.dead_letter_queue());
  const sqs::Attributes dead = co_await clients_.sqs.get_queue_attributes(dead_letter_queue_);
  const std::string policy = R"({"deadLetterTargetArn":")" + dead.at("QueueArn") + R"(","maxReceiveCount":)" +
                             std::to_string(kMaxReceiveCount) + "}";
  queue_ = co_await clients_.sqs.create_queue(names_.queue, {{"RedrivePolicy", policy}});
  bool table_exists = false;
  try {
    co_await clients_.dynamodb.create_table(names_.table, names_.table_key);
  } catch (const aws::Error& error) {
    if (!error.is("ResourceInUseException")) {
      throw;
    }
    table_exists = true;
  }
  co_return before.empty() || !table_exists;
}

Task<> LocalSystem::stop() {
  server_.request_stop(kStopGrace);
  co_await serving_.join();
}

Task<std::int64_t> LocalSystem::messages_in(const sqs::QueueUrl& queue) {
  const sqs::Attributes attributes = co_await clients_.sqs.get_queue_attributes(queue);
  co_return number(attributes, "ApproximateNumberOfMessages") +
      number(attributes, "ApproximateNumberOfMessagesNotVisible") +
      number(attributes, "ApproximateNumberOfMessagesDelayed");
}

Task<> send_all(runtime::Env env, sqs::Client& client, sqs::QueueUrl queue, NextBatch next, SendProgress progress) {
  Sending sending{.next = std::move(next), .progress = std::move(progress)};
  runtime::TaskGroup senders(env.executor, [&sending] { sending.over = true; });
  for (int i = 0; i < kSendersMax; ++i) {
    senders.spawn(send_share(env, client, queue, sending));
  }
  std::exception_ptr failure;
  try {
    co_await senders.join();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await runtime::shield();
    senders.cancel();
    co_await senders.join();
    std::rethrow_exception(failure);
  }
}

Task<> send_news(runtime::Env env, sqs::Client& client, sqs::QueueUrl queue, std::int64_t count,
                 SendProgress progress) {
  NextBatch next = [count, number = std::int64_t{1}]() mutable {
    std::vector<sqs::OutgoingMessage> batch;
    while (number <= count && batch.size() < sqs::kBatchMax) {
      sqs::OutgoingMessage message;
      message.body = news_body(make_news(number++));
      batch.push_back(std::move(message));
    }
    return batch;
  };
  co_await send_all(env, client, std::move(queue), std::move(next), std::move(progress));
}

}  // namespace ekiden::cli
