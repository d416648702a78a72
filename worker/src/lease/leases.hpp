/// Leases: the actor that extends, releases and deletes the messages that the pipeline holds.
#pragma once

#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <string>
#include <vector>

#include "lease_book.hpp"
#include "vitals/cause.hpp"
#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Carries out what the LeaseBook has due, in batches of ten: deletes, releases and extensions. After a request to stop
/// it releases every message for which nothing else was requested, and ends when the last lease is settled. A handler
/// that still runs then loses its message: its later outcome has no effect.
///
/// If SQS refuses deletes for a reason that every message would meet, the LeaseBook's breaker opens. The done messages
/// stay held until a probe succeeds.
class Leases final : public runtime::Actor {
 public:
  Leases(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::string queue_name,
         LeaseBook& book, Pulse& pulse);

  Task<> run() override;
  void request_stop() noexcept override;

 private:
  Task<> work();
  void launch_all();
  void abandon();
  Task<> delete_batch(std::vector<LeaseRef> batch, Breaker::Use use);
  Task<> extend_batch(std::vector<LeaseRef> batch, Breaker::Use use);
  Task<> release_batch(std::vector<LeaseRef> batch);
  Task<aws::sqs::EntryResults> change(const std::vector<LeaseRef>& batch);
  void call_answered(std::vector<LeaseRef>& batch, const aws::sqs::EntryResults& results, Breaker::Use* use);
  void call_failed(std::vector<LeaseRef>& batch, const aws::Error& error, Cause& cause, Breaker::Use* use);
  void postpone(std::vector<LeaseRef>& batch);
  void entry_answered(LeaseRef lease, const std::optional<aws::sqs::EntryError>& failure, runtime::Duration backoff);
  void refused(LeaseRef lease, const aws::sqs::EntryError& failure, runtime::Duration backoff);
  void log_failed_changes(const aws::sqs::EntryResults& results);
  runtime::Duration backoff(const std::vector<LeaseRef>& leases);

  runtime::Env env_;
  aws::sqs::SqsClient& client_;
  aws::sqs::QueueUrl queue_;
  std::string queue_name_;
  LeaseBook& book_;
  aws::CallOptions delete_options_;
  Pulse& pulse_;
  runtime::TaskGroup calls_;
  bool stopping_ = false;
  // Separate, because deletes can fail for a long time while visibility changes work, and the other way round.
  Cause deletes_;
  Cause changes_;
};

}  // namespace ekiden::worker
