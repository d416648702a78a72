/// Processor: the actor that runs the handler, in one task for each message.
#pragma once

#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/mailbox.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/settings.hpp>

#include <string>

#include "dead_letters.hpp"
#include "delivery.hpp"
#include "done_messages.hpp"
#include "lease/lease_book.hpp"
#include "running_handlers.hpp"
#include "vitals/activity.hpp"
#include "vitals/pulse.hpp"

namespace ekiden::worker {

/// Starts one task for each message. The task owns the message until its settlement is confirmed: it awaits the
/// handler, the copy to the dead-letter queue if the message is rejected, and the delete. A delete that is answered
/// with Broken is requested again. A task that ends earlier, by a crash or a cancellation, releases its message; if its
/// delete was requested, the LeaseBook goes on with it. A message that was done before is deleted without its handler.
class Processor final : public runtime::Actor {
 public:
  struct Seams {
    const Context::Lent& lent;
    std::string queue_name;
    const Settings& settings;
    const AnyHandler& handler;
    LeaseBook& leases;
    Activity& activity;
    Pulse& pulse;
    RunningHandlers& handlers;
    DeadLetters& dead_letters;
    DoneMessages& done;
    runtime::Mailbox<Delivery>& mailbox;
  };
  explicit Processor(Seams seams);

  Task<> run() override;
  /// Releases the messages that have not been started; run() returns when all tasks have ended.
  void request_stop() noexcept override;

 private:
  class Ownership;
  class Unstored;

  Task<> work();
  void release_unstarted();
  Task<> process(Delivery delivery);
  Task<Outcome> judge(const Delivery& delivery);
  Task<> settle(Delivery& delivery, Ownership& ownership, const Outcome& outcome);
  Task<> reject(const Delivery& delivery, Ownership& ownership, const std::string& reason);
  Task<bool> remove(const Delivery& delivery, Ownership& ownership, std::string_view outcome);
  void release(const Delivery& delivery, Ownership& ownership, runtime::Duration delay, std::string_view reason);
  runtime::Duration failure_delay(int receive_count) const;

  Seams seams_;
  runtime::TaskGroup tasks_;
  bool stopping_ = false;
};

}  // namespace ekiden::worker
