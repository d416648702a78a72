/// Tools: calls to the services for tests. Each function blocks until its result is there.
#pragma once

#include <ekiden/app/process.hpp>
#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ekiden::e2e {

class Tools {
 public:
  explicit Tools(const std::string& url);
  const std::string& url() const { return url_; }

  /// Creates the queue news, with a redrive policy to news-dead after `receives_max` receives.
  void create_queues(std::chrono::seconds visibility = std::chrono::seconds(30), int receives_max = 10);
  void create_queue(const std::string& name, const aws::sqs::Attributes& attributes = {});
  /// Creates the table news-deliveries with the key user_id, news_id.
  void create_table();
  void send(const std::string& queue, const std::string& body, const aws::sqs::MessageAttributes& attributes = {});
  /// Receives until there are at least `count` messages. They stay hidden in the queue.
  std::vector<aws::sqs::Message> receive(const std::string& queue, std::size_t count);
  /// The number of messages in the queue: visible, hidden and delayed.
  int messages(const std::string& queue);
  /// The number of messages that a consumer holds.
  int hidden(const std::string& queue);
  void wait_until_empty(const std::string& queue);
  /// The title of every item, by user_id.
  std::map<std::string, std::string> deliveries();
  /// All items of a table.
  std::vector<aws::dynamodb::Item> items(const std::string& table);
  runtime::TimePoint now() { return process_.env().clock.now(); }
  /// Calls `ready` every 20 ms until it returns true. Throws after 120 s, which fails the test.
  void wait_for(const std::function<bool()>& ready, const std::string& what);

 private:
  aws::sqs::QueueUrl queue_url(const std::string& name);
  template <typename T>
  T run(Task<T> task);
  void run(Task<> task);

  std::string url_;
  app::Process process_;
  aws::Target target_;
  std::shared_ptr<aws::CredentialsProvider> credentials_;
  aws::sqs::SqsClient sqs_;
  aws::dynamodb::DynamoDbClient dynamodb_;
};

}  // namespace ekiden::e2e
