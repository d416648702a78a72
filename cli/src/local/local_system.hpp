/// LocalSystem: a local server inside this process, with queues, their dead-letter queues and tables.
#pragma once

#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/local/server.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "work_place.hpp"

namespace ekiden::cli {

/// The credentials that clients of a local server use if they have none.
inline const aws::Credentials kLocalKeys{"local", "local", {}, {}};

/// Clients of AWS or of a local server.
struct Clients {
  Clients(app::Process& process, const app::AwsSetup& aws);

  aws::sqs::SqsClient sqs;
  aws::dynamodb::DynamoDbClient dynamodb;
};

/// A queue of a local system, and its dead-letter queue.
struct LocalQueue {
  std::string name;
  aws::sqs::QueueUrl url;
  aws::sqs::QueueUrl dead_letter_queue;  ///< Empty if this queue is the dead-letter queue of another one.
};

/// The owner must await stop() before it destroys the system.
class LocalSystem {
 public:
  /// Starts to listen. `keys` sign this object's own requests. Throws local::StartError.
  LocalSystem(app::Process& process, local::ServerOptions options, Names names = {},
              aws::Credentials keys = kLocalKeys);

  /// Starts to serve, and creates the queues and the table that are missing. Returns true if it created any. Throws
  /// local::StartError if a queue exists with another redrive policy, or a table with another key.
  Task<bool> start();
  /// Ends the open long polls, so that workers can stop at once.
  void end_polls() { server_.end_polls(); }
  /// Accepts no new connections; requests in progress get `grace` to finish.
  void request_stop(runtime::Duration grace) { server_.request_stop(grace); }
  /// Returns when the server has ended. Throws the error that ended it.
  Task<> ended();
  Task<> stop();

  const local::Server& server() const { return server_; }
  /// The URL for clients on this machine: loopback if the server listens on all addresses.
  std::string url() const;
  Clients& clients() { return clients_; }
  const Names& names() const { return names_; }
  /// After start().
  const std::vector<LocalQueue>& queues() const { return queues_; }
  WorkPlace work_place() const { return {url(), queues_.empty() ? "" : queues_.front().url.text(), names_}; }

  /// The number of messages in the queue: visible, in flight and delayed.
  Task<std::int64_t> messages_in(const aws::sqs::QueueUrl& queue);

 private:
  Task<bool> create_queues(std::string name);
  Task<bool> create_table(TableName table);

  Names names_;
  local::Server server_;
  Clients clients_;
  runtime::TaskGroup serving_;
  std::vector<LocalQueue> queues_;
};

}  // namespace ekiden::cli
