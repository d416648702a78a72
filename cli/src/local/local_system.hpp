/// LocalSystem: a local server inside this process, with the queue, its dead-letter queue and the table that are named.
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

/// What clients of a local server sign with when they have no keys.
inline const aws::Credentials kLocalKeys{"local", "local", {}, {}};

/// Clients of any system.
struct Clients {
  Clients(app::Process& process, const app::AwsSetup& aws);

  aws::sqs::SqsClient sqs;
  aws::dynamodb::DynamoDbClient dynamodb;
};

/// Its owner must await stop() before destroying it.
class LocalSystem {
 public:
  /// Listens at once. `keys` are what its own requests are signed with. Throws local::StartError.
  LocalSystem(app::Process& process, local::ServerOptions options, Names names = {},
              aws::Credentials keys = kLocalKeys);

  /// Serves from now on, and creates what is missing. True if anything was created. Throws local::StartError where the
  /// queue or the table exists as another than what is wanted.
  Task<bool> start();
  /// No new connections; requests under way may finish within `grace`.
  void request_stop(runtime::Duration grace) { server_.request_stop(grace); }
  /// Returns when the server has ended, whoever wanted it to. Throws what ended it.
  Task<> ended();
  Task<> stop();

  const local::Server& server() const { return server_; }
  /// Where a client on this machine reaches it: on loopback, where it listens on all addresses.
  std::string url() const;
  Clients& clients() { return clients_; }
  const Names& names() const { return names_; }
  const aws::sqs::QueueUrl& queue() const { return queue_; }
  const aws::sqs::QueueUrl& dead_letter_queue() const { return dead_letter_queue_; }
  WorkPlace work_place() const { return {url(), queue_.text(), names_}; }

  /// Messages of the queue: visible, hidden and delayed.
  Task<std::int64_t> messages_in(const aws::sqs::QueueUrl& queue);

 private:
  Task<bool> create_queues();
  Task<bool> create_table();

  Names names_;
  local::Server server_;
  Clients clients_;
  runtime::TaskGroup serving_;
  aws::sqs::QueueUrl queue_;
  aws::sqs::QueueUrl dead_letter_queue_;
};

}  // namespace ekiden::cli
