#include "processor.hpp"

#include <ekiden/aws/call/error.hpp>
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

// Owns the message for its task and releases it if the task ends before it is settled.
class Ownership {
 public:
  Ownership(LeaseBook& book, Activity& activity, RunningHandlers& handlers, LeaseRef lease)
      : book_(book), activity_(activity), handler_(handlers), lease_(lease) {}
  ~Ownership() {
    if (base::crashing()) {
      return;  // The LeaseBook can be gone.
    }
    handled();
    if (!settled_) {
      book_.release(lease_, std::chrono::seconds(0));
    }
  }
  Ownership(const Ownership&) = delete;
  Ownership& operator=(const Ownership&) = delete;

  /// The handler has ended and cannot add to a batch any more.
  void handled() {
    if (std::exchange(running_, false)) {
      activity_.end();
      handler_.end();
    }
  }
  /// The LeaseBook has the message's settlement.
  void settled() { settled_ = true; }

 private:
  LeaseBook& book_;
  Activity& activity_;
  RunningHandlers::Entry handler_;
  LeaseRef lease_;
  bool running_ = true;
  bool settled_ = false;
};

}  // namespace

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
  Ownership ownership(seams_.leases, seams_.activity, seams_.handlers, delivery.lease);
  const Outcome outcome = co_await judge(delivery);
  ownership.handled();
  probe().progress();
  seams_.pulse.beat(probe().last_progress());
  co_await settle(delivery, outcome);
  ownership.settled();
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

Task<> Processor::settle(Delivery& delivery, const Outcome& outcome) {
  const std::string_view queue = seams_.queue_name;
  const std::string_view id = delivery.message.id;
  const runtime::Events& events = seams_.lent.env.events;
  switch (outcome.kind()) {
    case Outcome::Kind::kRetry:
      release(delivery, outcome.after(), outcome.reason());
      co_return;
    case Outcome::Kind::kReject:
      co_await reject(delivery, outcome.reason());
      co_return;
    case Outcome::Kind::kDrop:
      events.publish(events::kDropped, {queue, id, std::string_view(outcome.reason())});
      co_await remove(delivery.lease, "drop");
      co_return;
    case Outcome::Kind::kDone:
      break;
  }
  if (co_await remove(delivery.lease, "done")) {
    events.publish(events::kSucceeded, {queue, id});
  }
}

Task<> Processor::reject(const Delivery& delivery, const std::string& reason) {
  bool stored = false;
  std::string obstacle = reason;
  if (seams_.dead_letters.has_queue()) {
    try {
      co_await seams_.dead_letters.send(delivery.message, reason);
      stored = true;
    } catch (const aws::Error& error) {
      obstacle = error.what();
    }
  }
  if (!stored) {
    release(delivery, seams_.settings.retry_max, obstacle);  // Without a confirmed copy it is never deleted.
    co_return;
  }
  seams_.lent.env.events.publish(events::kRejected, {std::string_view(seams_.queue_name),
                                                     std::string_view(delivery.message.id), std::string_view(reason)});
  co_await remove(delivery.lease, "reject");
}

Task<bool> Processor::remove(LeaseRef lease, std::string_view outcome) {
  const runtime::TimePoint received = lease->received;
  for (;;) {
    runtime::Answer<Deleted> answer = seams_.leases.request_delete(lease);
    const std::optional<Deleted> deleted = co_await answer.get();
    if (deleted) {
      const auto took = std::chrono::duration<double>(seams_.lent.env.clock.now() - received);
      seams_.lent.env.events.publish(events::kSettled, {std::string_view(seams_.queue_name), outcome, took.count()});
      co_return *deleted == Deleted::kYes;
    }
    // Broken: the actor crashed during the call, which may have reached SQS or not. A delete can be repeated.
  }
}

void Processor::release(const Delivery& delivery, runtime::Duration delay, std::string_view reason) {
  const runtime::Env& env = seams_.lent.env;
  const std::chrono::seconds seconds = whole_seconds(delay);
  env.events.publish(events::kRetried, {std::string_view(seams_.queue_name), std::string_view(delivery.message.id),
                                        reason, static_cast<double>(seconds.count())});
  env.events.publish(events::kSettled,
                     {std::string_view(seams_.queue_name), std::string_view("retry"),
                      std::chrono::duration<double>(env.clock.now() - delivery.lease->received).count()});
  seams_.leases.release(delivery.lease, seconds);
}

}  // namespace ekiden::worker
