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
#include "outage/breaker.hpp"
#include "receive_window.hpp"
#include "start/first_receive.hpp"
#include "vitals/activity.hpp"
#include "vitals/cause.hpp"
#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Receives only as many messages as there is room for, with as many concurrent receives as the Processor can keep up
/// with. If the queue is empty, one long poll waits. With a poll interval it makes one short poll per interval, as the
/// scheduler in "Akka on Amazon ECS" (Developers.IO, 2016) did.
///
/// After a request to stop, the receives in flight end by themselves, because SQS can still give messages to an open
/// long poll. What they bring is released. A second request cuts them off.
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
    const bool& paused;      ///< True: start no receive. A change notifies LeaseBook::room_made().
    const Outages& outages;  ///< While a sink refuses everything, no receive starts. A change notifies the same.
  };
  explicit Receiver(Seams seams);

  Task<> run() override;
  void request_stop() noexcept override;

 private:
  Task<> work();
  Task<> poll_on_demand();
  Task<> poll_at_interval();
  Task<> receive(std::size_t wanted, std::chrono::seconds wait);
  Task<runtime::Duration> receive_once(std::size_t wanted, std::chrono::seconds wait);
  runtime::Duration failed(const aws::Error& error);
  runtime::Duration pace(runtime::TimePoint begun, std::chrono::seconds wait, std::size_t received, std::size_t taken);
  Task<> pause(runtime::Duration time);
  std::size_t accept(std::vector<aws::sqs::Message> messages, runtime::TimePoint arrived);
  void again(const aws::sqs::Message& message);
  void return_corrupt(std::optional<LeaseRef> lease, const std::string& id);
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
  unsigned hasty_ = 0;    // Answers in a row that came at once and brought nothing new.
  unsigned damaged_ = 0;  // Answers in a row with nothing but damaged messages.
  Cause cause_;
  bool stopping_ = false;
};

}  // namespace ekiden::worker
