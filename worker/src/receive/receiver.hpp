/// Receiver: the actor that receives messages from SQS.
#pragma once

#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/mailbox.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/worker/settings.hpp>

#include <optional>
#include <string>

#include "handle/delivery.hpp"
#include "lease/lease_book.hpp"
#include "receive_window.hpp"
#include "start/first_receive.hpp"
#include "vitals/activity.hpp"
#include "vitals/cause.hpp"
#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Receives only as many messages as there is room for, with as many concurrent receives as the Processor can keep up
/// with. If the queue is empty, one long poll waits. With a poll interval it makes one short poll per interval, as the
/// scheduler in "Akka on Amazon ECS" (Developers.IO, 2016) did.
class Receiver final : public runtime::Actor {
 public:
  struct Seams {
    runtime::Env env;
    aws::sqs::SqsClient& client;
    aws::sqs::QueueUrl queue;
    std::string queue_name;
    std::chrono::seconds visibility;  ///< Set with each receive, so that it equals the LeaseBook's.
    const Settings& settings;
    LeaseBook& leases;
    std::shared_ptr<MemoryBudget> memory;
    Activity& activity;
    Pulse& pulse;
    runtime::Mailbox<Delivery>& mailbox;
    FirstReceive& first_receive;
    const bool& paused;  ///< True: start no receive. A change notifies LeaseBook::room_made().
  };
  explicit Receiver(Seams seams);

  Task<> run() override;
  void request_stop() noexcept override;

 private:
  Task<> work();
  Task<> poll_on_demand();
  Task<> poll_at_interval();
  Task<> receive(std::size_t wanted, std::chrono::seconds wait);
  void accept(std::vector<aws::sqs::Message> messages, runtime::TimePoint arrived);
  void return_corrupt(std::optional<LeaseRef> lease, const std::string& id);
  Task<> abort_receives();
  std::size_t room() const;
  std::string_view waited_for() const;
  std::size_t batch_max() const;
  void learn_sizes(const std::vector<aws::sqs::Message>& messages);
  std::uint64_t cost_of(const aws::sqs::Message& message) const;
  std::chrono::seconds next_wait() const;

  Seams seams_;
  runtime::TaskGroup receives_;
  ReceiveWindow window_;
  std::size_t reserved_ = 0;  // Messages that receives in flight can return.
  unsigned failures_ = 0;
  Cause cause_;
  bool stopping_ = false;
};

}  // namespace ekiden::worker
