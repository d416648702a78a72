/// Sender: everything around the workers: creates queues and the table, sends messages, and reads the results.
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

/// A process that talks to the server of local_server(). It retries every failed call, so that it works under every
/// kind of fault.
class Sender {
 public:
  static constexpr const char* kQueue = "news";
  static constexpr const char* kDeadQueue = "news-dead";
  static constexpr const char* kTable = "news-deliveries";

  using Contents = std::map<std::string, std::string>;  ///< Title by key_of().

  /// Creates the process "sender".
  explicit Sender(testkit::Simulation& simulation);

  /// Runs `task`, which comes from this sender, while `wanted` returns true. Returns true if it ended within `limit`.
  bool run(Task<> task, runtime::Duration limit, const std::function<bool()>& wanted);

  /// Creates queues and table. `more`: further attributes of the queue. The usual limit of receives is so high that
  /// crashes and failures do not fill the dead-letter queue.
  Task<> prepare(int visibility_seconds, aws::sqs::Attributes more = {}, unsigned receives_max = 1'000);
  Task<> send_all(std::vector<std::string> bodies);
  /// Makes a held message visible, as when its visibility timeout ends early. Tries it once.
  Task<> make_visible(std::string handle);
  Task<> wait_until_drained();
  Task<Contents> read_table();
  /// Receives and deletes every message of the dead-letter queue; returns their bodies.
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

/// One sentence for each difference.
std::vector<std::string> differences(const Sender::Contents& expected, const Sender::Contents& found);

}  // namespace ekiden::worker::test
