#include "tools.hpp"

#include <stdexcept>

namespace ekiden::e2e {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kPatience = 120s;

int number(const aws::sqs::Attributes& attributes, std::string_view name) {
  return static_cast<int>(aws::sqs::number_of(attributes, name).value_or(0));
}

template <typename T>
Task<int> keep(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
  co_return 0;
}

Task<int> keep(Task<> task) {
  co_await std::move(task);
  co_return 0;
}

}  // namespace

Tools::Tools(const std::string& url)
    : url_(url),
      target_(aws::Target::resolve({.endpoint = url, .region = "us-east-1"},
                                   [](std::string_view) -> std::optional<std::string> { return std::nullopt; })),
      credentials_(std::make_shared<aws::StaticCredentials>(aws::Credentials{"local", "local", {}, {}})),
      sqs_(process_.env(), process_.transport(), credentials_, target_),
      dynamodb_(process_.env(), process_.transport(), credentials_, target_) {}

template <typename T>
T Tools::run(Task<T> task) {
  std::optional<T> result;
  process_.run(keep(std::move(task), result));
  return std::move(*result);
}

void Tools::run(Task<> task) { process_.run(keep(std::move(task))); }

void Tools::create_queues(std::chrono::seconds visibility, int receives_max) {
  const aws::sqs::QueueUrl dead = run(sqs_.create_queue("news-dead"));
  const aws::sqs::Attributes dead_attributes = run(sqs_.get_queue_attributes(dead));
  const std::string policy = R"({"deadLetterTargetArn":")" + dead_attributes.at("QueueArn") +
                             R"(","maxReceiveCount":)" + std::to_string(receives_max) + "}";
  run(sqs_.create_queue("news",
                        {{"VisibilityTimeout", std::to_string(visibility.count())}, {"RedrivePolicy", policy}}));
}

void Tools::create_queue(const std::string& name, const aws::sqs::Attributes& attributes) {
  run(sqs_.create_queue(name, attributes));
}

void Tools::create_table() { run(dynamodb_.create_table("news-deliveries", {{"user_id", "S"}, {"news_id", "S"}})); }

aws::sqs::QueueUrl Tools::queue_url(const std::string& name) { return run(sqs_.get_queue_url(name)); }

void Tools::send(const std::string& queue, const std::string& body, const aws::sqs::MessageAttributes& attributes) {
  run(sqs_.send(queue_url(queue), aws::sqs::OutgoingMessage{.body = body, .attributes = attributes}));
}

std::vector<aws::sqs::Message> Tools::receive(const std::string& queue, std::size_t count) {
  const aws::sqs::QueueUrl url = queue_url(queue);
  std::vector<aws::sqs::Message> messages;
  wait_for(
      [&] {
        for (aws::sqs::Message& message : run(sqs_.receive(url, {.wait = 1s}))) {
          messages.push_back(std::move(message));
        }
        return messages.size() >= count;
      },
      "messages in " + queue);
  return messages;
}

int Tools::messages(const std::string& queue) {
  const aws::sqs::Attributes attributes = run(sqs_.get_queue_attributes(queue_url(queue)));
  return number(attributes, "ApproximateNumberOfMessages") +
         number(attributes, "ApproximateNumberOfMessagesNotVisible") +
         number(attributes, "ApproximateNumberOfMessagesDelayed");
}

int Tools::hidden(const std::string& queue) {
  return number(run(sqs_.get_queue_attributes(queue_url(queue))), "ApproximateNumberOfMessagesNotVisible");
}

void Tools::wait_until_empty(const std::string& queue) {
  wait_for([&] { return messages(queue) == 0; }, queue + " to be empty");
}

std::map<std::string, std::string> Tools::deliveries() {
  std::map<std::string, std::string> titles;
  for (const aws::dynamodb::Item& item : items("news-deliveries")) {
    titles[*item.find("user_id")->string()] = *item.find("title")->string();
  }
  return titles;
}

std::vector<aws::dynamodb::Item> Tools::items(const std::string& table) {
  std::vector<aws::dynamodb::Item> items;
  aws::dynamodb::ScanRequest request{.table = table};
  do {
    const aws::dynamodb::Page page = run(dynamodb_.scan(request));
    items.insert(items.end(), page.items.begin(), page.items.end());
    request.start_key = page.last_key;
  } while (!request.start_key.empty());
  return items;
}

void Tools::wait_for(const std::function<bool()>& ready, const std::string& what) {
  runtime::Clock& clock = process_.env().clock;
  const runtime::TimePoint limit = clock.now() + kPatience;
  while (!ready()) {
    if (clock.now() > limit) {
      throw std::runtime_error("timed out after 120 s: waited for " + what);
    }
    run(clock.sleep_for(20ms));
  }
}

}  // namespace ekiden::e2e
