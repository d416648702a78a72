/// Writer: the actor that turns single writes into batches.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <functional>

#include "vitals/pulse.hpp"
#include "write_book.hpp"

namespace ekiden::worker {

/// Empties the WriteBook into DynamoDB, by BatchWriteItem of up to 25.
///
/// What DynamoDB throttles or leaves unprocessed goes back to the book, to leave at the table's WritePace; what fails
/// for another passing reason is tried again with backoff. Either for as long as the worker lives: the leases are
/// extended meanwhile, and no receive count is burned. A batch that validation refuses goes item by item, so that only
/// the guilty fails.
class Writer final : public runtime::Actor {
 public:
  Writer(runtime::Env env, aws::dynamodb::DynamoDbClient& client, WriteBook& book, Pulse& pulse);

  Task<> run() override;
  void request_stop() noexcept override;

 private:
  Task<> work();
  void launch_all();
  Task<> learn_key(std::string name, TableWrites& table);
  Task<> send(std::string name, TableWrites& table, TableWrites::Batch batch);
  Task<> send_until_done(const std::string& name, TableWrites& table, std::size_t begun, std::vector<Write>& batch);
  Task<> send_one_by_one(const std::string& name, TableWrites& table, std::size_t begun, std::vector<Write>& batch);
  void slow_down(const std::string& name, WritePace::Change change, const std::string& why);
  void speed_up(const std::string& name, TableWrites& table);
  /// How long until the next attempt of what failed for a passing reason.
  runtime::Duration plan_retry(const std::string& name, TableWrites& table, const aws::Error& error, unsigned attempt);
  std::optional<runtime::TimePoint> next_due() const;
  bool idle() const;

  runtime::Env env_;
  aws::dynamodb::DynamoDbClient& client_;
  WriteBook& book_;
  Pulse& pulse_;
  runtime::TaskGroup batches_;
  bool stopping_ = false;
};

}  // namespace ekiden::worker
