/// Sender: the world around the workers: makes queues and table, sends, and looks at what became of it.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/testkit/process.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ekiden::worker::test {

/// A process that talks to the local server as local_server() runs it. Patient: whatever fails is tried again, so that
/// it gets through every kind of fault.
class Sender {
 public:
  static constexpr const char* kQueue = "news";
  static constexpr const char* kDeadQueue = "news-dead";
  static constexpr const char* kTable = "news-deliveries";

  using Contents = std::map<std::string, std::string>;  ///< Title by key_of().

  /// Makes the process "sender".
  explicit Sender(testkit::Simulation& simulation);

  /// Runs `task`, which this sender gave, while `wanted` says so. True if it ended, within `limit`.
  bool run(Task<> task, runtime::Duration limit, const std::function<bool()>& wanted);

  /// `more` attributes are the queue's own.
  Task<> prepare(int visibility_seconds, aws::sqs::Attributes more = {});
  Task<> send_all(std::vector<std::string> bodies);
  Task<> wait_until_drained();
  Task<Contents> read_table();
  /// Takes every message out of the dead-letter queue.
  Task<std::set<std::string>> take_dead_letters();

 private:
  Task<bool> is_drained(aws::sqs::QueueUrl queue);

  testkit::Simulation& simulation_;
  testkit::Process& process_;
  aws::sqs::QueueUrl queue_;
  aws::sqs::QueueUrl dead_queue_;
  aws::sqs::SqsClient sqs_;
  aws::dynamodb::DynamoDbClient dynamodb_;
};

/// What is wrong with a table's contents, a sentence each.
std::vector<std::string> differences(const Sender::Contents& expected, const Sender::Contents& found);

}  // namespace ekiden::worker::test
