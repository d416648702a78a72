#include "processor.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/dynamodb/number_check.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/worker/events.hpp>

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

std::chrono::seconds whole_seconds(runtime::Duration delay) {
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(delay), std::chrono::seconds(0), aws::sqs::kVisibilityMax);
}

// A message that cannot be settled by then is released, while its lease still can be changed. Source: SQS Developer
// Guide, "Visibility timeout": at most 12 h from the receive.
runtime::TimePoint last_moment(const Lease& lease) {
  constexpr runtime::Duration kMargin = 1min;
  return lease.received + aws::sqs::kVisibilityMax - kMargin;
}

}  // namespace

// Owns the message for its task. If the task ends before the message is settled, its delete goes on if it was
// requested; otherwise the message is released.
class Processor::Ownership {
 public:
  Ownership(const Seams& seams, const Delivery& delivery)
      : seams_(seams), delivery_(delivery), handler_(seams.handlers) {
    seams_.leases.own(delivery_.lease, owner_);
  }
  ~Ownership() {
    if (base::crashing()) {
      return;  // The LeaseBook can be gone.
    }
    handled();
    if (owner_.revoked || settled_) {
      return;
    }
    seams_.leases.disown(delivery_.lease);
    if (deleting_) {
      seams_.done.remember(delivery_.message.id, delivery_.lease->digest);
    } else {
      seams_.leases.release(delivery_.lease, std::chrono::seconds(0));
    }
  }
  Ownership(const Ownership&) = delete;
  Ownership& operator=(const Ownership&) = delete;

  /// The handler has ended and cannot add to a batch any more.
  void handled() {
    if (std::exchange(running_, false)) {
      seams_.activity.end();
      handler_.end();
    }
  }
  /// The message was released while its handler still ran. Its lease must not be used.
  bool revoked() const { return owner_.revoked; }
  /// The message is done: from now on it is never released.
  void deleting() { deleting_ = true; }
  /// SQS has answered the delete. The lease is gone.
  void settled() { settled_ = true; }
  /// The LeaseBook releases the message.
  void released() {
    seams_.leases.disown(delivery_.lease);
    settled_ = true;
  }

 private:
  const Seams& seams_;
  const Delivery& delivery_;
  RunningHandlers::Entry handler_;
  LeaseOwner owner_;
  bool running_ = true;
  bool deleting_ = false;
  bool settled_ = false;
};

Processor::Processor(Seams seams)
    : Actor(seams.lent.env.clock),
      seams_(std::move(seams)),
      tasks_(seams_.lent.env.executor, [&mailbox = seams_.mailbox] { mailbox.wake(); }) {}

void Processor::request_stop() noexcept {
  stopping_ = true;
  release_unstarted();
  seams_.mailbox.wake();
}

void Processor::release_unstarted() {
  while (std::optional<Delivery> delivery = seams_.mailbox.try_receive()) {
    seams_.leases.release(delivery->lease, std::chrono::seconds(0));
    seams_.activity.end();
  }
}

Task<> Processor::run() { return runtime::run_owning(tasks_, work()); }

Task<> Processor::work() {
  while (!stopping_) {
    tasks_.rethrow_first();
    if (std::optional<Delivery> delivery = seams_.mailbox.try_receive()) {
      tasks_.spawn(process(std::move(*delivery)));
      continue;
    }
    const auto waiting = probe().waiting("messages");
    co_await seams_.mailbox.wait();
  }
}

Task<> Processor::process(Delivery delivery) {
  Ownership ownership(seams_, delivery);
  const bool done_before = seams_.done.contains(delivery.message.id, delivery.lease->digest);
  if (done_before) {
    ownership.handled();
    seams_.lent.env.events.publish(events::kDoneAgain,
                                   {std::string_view(seams_.queue_name), std::string_view(delivery.message.id)});
    co_await remove(delivery, ownership, "done");
    co_return;
  }
  const Outcome outcome = co_await judge(delivery);
  ownership.handled();
  probe().progress();
  seams_.pulse.beat(probe().last_progress());
  seams_.handlers.returned(delivery.message.id, probe().last_progress());
  co_await settle(delivery, ownership, outcome);
}

Task<Outcome> Processor::judge(const Delivery& delivery) {
  const boost::asio::cancellation_state cancellation = co_await boost::asio::this_coro::cancellation_state;
  Outcome outcome;
  std::optional<std::string> failure;  // Can be an empty text: an exception can have one.
  try {
    const Context context(seams_.lent, delivery.message);
    Task<Outcome> handling = seams_.handler(context);
    outcome = co_await std::move(handling);
  } catch (const Outcome& thrown) {
    outcome = thrown;
  } catch (const DecodeError& error) {
    outcome = Outcome::reject(std::string("undecodable: ") + error.what());
  } catch (const aws::dynamodb::NumberError& error) {
    outcome = Outcome::reject(std::string("unstorable: ") + error.what());
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted &&
        cancellation.cancelled() != boost::asio::cancellation_type::none) {
      throw;  // The task was cancelled: Ownership releases the message. An abort by the handler itself is a failure.
    }
    failure = error.what();
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "an exception that is not a std::exception";
  }
  if (failure) {
    outcome = Outcome::failed(failure_delay(delivery.message.receive_count), std::move(*failure));
  }
  co_return outcome;
}

runtime::Duration Processor::failure_delay(int receive_count) const {
  const runtime::Backoff backoff{.initial = seams_.settings.retry_initial, .max = seams_.settings.retry_max};
  return backoff.delay(seams_.lent.env.random, static_cast<unsigned>(std::max(receive_count, 1) - 1));
}

Task<> Processor::settle(Delivery& delivery, Ownership& ownership, const Outcome& outcome) {
  const std::string_view queue = seams_.queue_name;
  const std::string_view id = delivery.message.id;
  const runtime::Events& events = seams_.lent.env.events;
  if (ownership.revoked()) {
    events.publish(events::kLateOutcome, {queue, id});
    co_return;
  }
  switch (outcome.kind()) {
    case Outcome::Kind::kRetry:
      release(delivery, ownership, outcome.after(), outcome.reason());
      co_return;
    case Outcome::Kind::kReject:
      co_await reject(delivery, ownership, outcome.reason());
      co_return;
    case Outcome::Kind::kDrop:
      events.publish(events::kDropped, {queue, id, std::string_view(outcome.reason())});
      co_await remove(delivery, ownership, "drop");
      co_return;
    case Outcome::Kind::kDone:
      break;
  }
  if (co_await remove(delivery, ownership, "done")) {
    events.publish(events::kSucceeded, {queue, id});
  }
}

// Publishes the reason of a rejected message, unless a confirmed copy carries it. Also if the task ends early: SQS's
// own redrive can move the message later, and knows no reason.
class Processor::Unstored {
 public:
  Unstored(const Seams& seams, const Delivery& delivery, const std::string& reason)
      : seams_(seams), delivery_(delivery), reason_(reason) {}
  ~Unstored() {
    if (!stored_ && !base::crashing()) {
      seams_.lent.env.events.publish(events::kUnstored,
                                     {std::string_view(seams_.queue_name), std::string_view(delivery_.message.id),
                                      std::string_view(reason_), std::string_view(obstacle_)});
    }
  }
  Unstored(const Unstored&) = delete;
  Unstored& operator=(const Unstored&) = delete;

  void stored() { stored_ = true; }
  void obstacle(std::string text) { obstacle_ = std::move(text); }

 private:
  const Seams& seams_;
  const Delivery& delivery_;
  const std::string& reason_;
  std::string obstacle_ = "the worker stopped before the dead-letter queue took the message";
  bool stored_ = false;
};

// Without a confirmed copy the message is never deleted.
Task<> Processor::reject(const Delivery& delivery, Ownership& ownership, const std::string& reason) {
  Unstored unstored(seams_, delivery, reason);
  if (!seams_.dead_letters.has_queue()) {
    unstored.obstacle("there is no dead-letter queue (--no-dead-letter-queue)");
    release(delivery, ownership, seams_.settings.retry_max, reason);
    co_return;
  }
  const DeadLetters::Result result =
      co_await seams_.dead_letters.send(delivery.message, reason, last_moment(*delivery.lease));
  if (ownership.revoked()) {
    unstored.obstacle(result.stored
                          ? "the worker stopped; a copy is in the dead-letter queue, and the message comes again"
                          : result.obstacle);
    co_return;
  }
  if (!result.stored) {
    unstored.obstacle(result.obstacle);
    release(delivery, ownership, result.expired ? runtime::Duration::zero() : seams_.settings.retry_max,
            result.obstacle + "; it was rejected because: " + reason);
    co_return;
  }
  unstored.stored();
  seams_.lent.env.events.publish(events::kRejected, {std::string_view(seams_.queue_name),
                                                     std::string_view(delivery.message.id), std::string_view(reason)});
  co_await remove(delivery, ownership, "reject");
}

// True if SQS confirmed the delete.
Task<bool> Processor::remove(const Delivery& delivery, Ownership& ownership, std::string_view outcome) {
  const runtime::TimePoint received = delivery.lease->received;
  const std::uint64_t digest = delivery.lease->digest;
  ownership.deleting();
  std::optional<Deleted> deleted;
  while (!deleted) {
    // Broken: the actor crashed during the call, which may have reached SQS or not. A delete can be repeated.
    runtime::Answer<Deleted> answer = seams_.leases.request_delete(delivery.lease);
    deleted = co_await answer.get();
  }
  ownership.settled();
  const bool confirmed = *deleted == Deleted::kYes;
  if (!confirmed) {
    seams_.done.remember(delivery.message.id, digest);
  }
  const auto took = std::chrono::duration<double>(seams_.lent.env.clock.now() - received);
  seams_.lent.env.events.publish(events::kSettled, {std::string_view(seams_.queue_name), outcome, took.count()});
  co_return confirmed;
}

void Processor::release(const Delivery& delivery, Ownership& ownership, runtime::Duration delay,
                        std::string_view reason) {
  const runtime::Env& env = seams_.lent.env;
  const std::chrono::seconds seconds = whole_seconds(delay);
  env.events.publish(events::kRetried, {std::string_view(seams_.queue_name), std::string_view(delivery.message.id),
                                        reason, static_cast<double>(seconds.count())});
  env.events.publish(events::kSettled,
                     {std::string_view(seams_.queue_name), std::string_view("retry"),
                      std::chrono::duration<double>(env.clock.now() - delivery.lease->received).count()});
  seams_.leases.release(delivery.lease, seconds);
  ownership.released();
}

}  // namespace ekiden::worker
