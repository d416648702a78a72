/// Writer: the actor that stores single writes in batches.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <functional>

#include "vitals/pulse.hpp"
#include "write_book.hpp"

namespace ekiden::worker {

/// Sends the writes of the WriteBook to DynamoDB with BatchWriteItem, up to 25 at a time.
///
/// Writes that DynamoDB throttles or leaves unprocessed return to the book and leave at the table's WritePace. Writes
/// that fail with another temporary error are retried with backoff. Writes that the table refuses for a reason that
/// every write would meet wait at the table's breaker. Both are retried for as long as the worker runs: leases are
/// extended meanwhile, so no message loses a receive. If validation rejects a batch, or it is too large for one
/// request, its halves are sent one after the other, so that in the end only the invalid item fails.
class Writer final : public runtime::Actor {
 public:
  Writer(runtime::Env env, aws::dynamodb::DynamoDbClient& client, WriteBook& book, Pulse& pulse);

  Task<> run() override;
  void request_stop() noexcept override;

 private:
  Task<> work();
  void launch_all();
  Task<> learn_key(std::string name, TableWrites& table);
  Task<> send(std::string name, TableWrites& table, TableWrites::Batch batch, Breaker::Use use);
  Task<> send_until_done(const std::string& name, TableWrites& table, std::size_t begun, std::vector<Write>& batch,
                         Breaker::Use& use);
  /// Like send_until_done(), for a batch of two or more.
  Task<> send_in_halves(const std::string& name, TableWrites& table, std::size_t begun, std::vector<Write>& batch,
                        Breaker::Use& use);
  Task<bool> has_another_key(const std::string& name, TableWrites& table, const std::string& refusal);
  /// Returns the reason to slow down.
  std::string report_unprocessed(const std::string& name, std::size_t left, std::size_t of) const;
  static void open_breaker(TableWrites& table, Breaker::Use& use, const std::string& why);
  static bool is_outage(TableWrites& table, const aws::Error& error, std::vector<Write>& batch, Breaker::Use& use);
  void slow_down(const std::string& name, WritePace::Change change, const std::string& why);
  void speed_up(const std::string& name, TableWrites& table);
  /// Logs a temporary failure, if its cause is new, and returns the wait before the next attempt.
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
