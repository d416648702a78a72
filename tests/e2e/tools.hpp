/// Tools: what a test asks of the services, one blocking call each.
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

  /// news, with a redrive policy to news-dead after `receives_max`, and the visibility timeout.
  void create_queues(std::chrono::seconds visibility = std::chrono::seconds(30), int receives_max = 10);
  void create_queue(const std::string& name, const aws::sqs::Attributes& attributes = {});
  /// news-deliveries, keyed by user_id and news_id.
  void create_table();
  void send(const std::string& queue, const std::string& body, const aws::sqs::MessageAttributes& attributes = {});
  /// Waits until `count` messages have come; they stay hidden.
  std::vector<aws::sqs::Message> receive(const std::string& queue, std::size_t count);
  /// Visible, hidden and delayed together.
  int messages(const std::string& queue);
  void wait_until_empty(const std::string& queue);
  /// user_id to title of every item.
  std::map<std::string, std::string> deliveries();
  runtime::TimePoint now() { return process_.env().clock.now(); }
  /// Calls `ready` every 20 ms until it is true; fails the test after 120 s.
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
