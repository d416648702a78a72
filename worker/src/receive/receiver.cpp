#include "receiver.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/wait_until.hpp>
#include <ekiden/worker/events.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>

#include "message_age.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kShortWait{1};  // The wait of receives in addition to the long poll.
constexpr runtime::Backoff kFailureBackoff{.initial = 100ms, .max = 10s};
// A long poll of an empty queue ends after its wait. A server that answers at once would be asked without end.
constexpr runtime::Duration kHasty = 100ms;
constexpr runtime::Backoff kHastyBackoff{.initial = 50ms, .max = 1s};
// If all messages arrive damaged, something between SQS and this worker damages them. Each receive then costs messages
// a receive for nothing, so one message at a time is tried.
constexpr runtime::Backoff kDamagedBackoff{.initial = 1s, .max = 60s};
// The Receiver paces its receives itself. A call that was answered must not be repeated (the answer is lost), and a
// drain must not wait for the pause before a retry.
const aws::CallOptions kOnce{.attempts = 1};
constexpr unsigned kFailuresUnlogged = 2;  // Single failures, such as a closed idle connection, are usual.

struct Reservation {
  std::size_t& reserved;
  std::size_t count;
  runtime::Condition& wake;
  Reservation(std::size_t& of, std::size_t wanted, runtime::Condition& waker)
      : reserved(of), count(wanted), wake(waker) {
    reserved += count;
  }
  ~Reservation() {
    if (base::crashing()) {
      return;  // The Receiver can be gone.
    }
    reserved -= count;
    wake.notify_all();
  }
};

// The size as SQS counts it: the body, and the attributes with their names and types.
std::uint64_t size_of(const aws::sqs::Message& message) {
  std::uint64_t size = message.body.size();
  for (const auto& [name, attribute] : message.attributes) {
    size += name.size() + attribute.data_type.size() + attribute.value.size();
  }
  return size;
}

Message message_of(aws::sqs::Message& received) {
  Message message;
  message.id = received.id.text();
  message.body = std::move(received.body);
  message.attributes = std::move(received.attributes);
  message.group = std::move(received.group_id);
  message.trace_header = std::move(received.trace_header);
  message.receive_count = static_cast<int>(received.receive_count);
  message.sent = received.sent_at;
  return message;
}

}  // namespace

Receiver::Receiver(Seams seams)
    : Actor(seams.env.clock),
      seams_(std::move(seams)),
      receives_(seams_.env.executor, [&book = seams_.leases] { book.room_made().notify_all(); }),
      window_(seams_.settings.max_receives) {}

void Receiver::request_stop() noexcept {
  if (std::exchange(stopping_, true)) {
    receives_.cancel();
  }
  seams_.leases.room_made().notify_all();
}

Task<> Receiver::run() { return runtime::run_owning(receives_, work()); }

Task<> Receiver::work() {
  if (seams_.settings.poll_interval > runtime::Duration::zero()) {
    co_await poll_at_interval();
  } else {
    co_await poll_on_demand();
  }
}

std::size_t Receiver::room() const {
  const std::size_t taken = seams_.leases.size() + reserved_;
  const std::size_t most = seams_.paused ? 0 : seams_.outages.hold_max(seams_.settings.max_in_flight);
  return taken >= most ? 0 : seams_.memory->room(most - taken);
}

std::string_view Receiver::waited_for() const {
  return seams_.paused          ? "the end of a pause"
         : seams_.outages.any() ? "the end of an outage"
         : room() == 0          ? "room for messages"
                                : "messages";
}

std::size_t Receiver::batch_max() const {
  return damaged_ > 0 ? 1 : std::min({kSqsBatchMax, seams_.settings.max_in_flight, seams_.memory->batch_max()});
}

std::chrono::seconds Receiver::next_wait() const {
  if (!seams_.first_receive.succeeded()) {
    return std::chrono::seconds(0);  // With an empty queue a long poll would delay readiness by 20 s.
  }
  return receives_.size() == 0 ? seams_.settings.wait_time : std::min(kShortWait, seams_.settings.wait_time);
}

Task<> Receiver::poll_on_demand() {
  while (!stopping_) {
    receives_.rethrow_first();
    if (const std::size_t wanted = window_.next(receives_.size(), room(), batch_max()); wanted > 0) {
      receives_.spawn(receive(wanted, next_wait()));
      continue;
    }
    const auto waiting = probe().waiting(waited_for());
    co_await seams_.leases.room_made().wait();
  }
}

Task<> Receiver::poll_at_interval() {
  while (!stopping_) {
    receives_.rethrow_first();
    if (room() > 0 && (seams_.first_receive.succeeded() || receives_.size() == 0)) {
      receives_.spawn(receive(std::min(batch_max(), room()), std::chrono::seconds(0)));
    }
    const runtime::TimePoint next = seams_.env.clock.now() + seams_.settings.poll_interval;
    const auto waiting = probe().waiting("the poll interval");
    while (!stopping_ && seams_.env.clock.now() < next) {
      co_await runtime::wait_until(seams_.env.clock, seams_.leases.room_made(), next);
    }
  }
}

Task<> Receiver::receive(std::size_t wanted, std::chrono::seconds wait) {
  const Reservation reservation(reserved_, wanted, seams_.leases.room_made());
  const runtime::Duration time = co_await receive_once(wanted, wait);
  if (time > runtime::Duration::zero()) {
    co_await pause(time);
  }
}

Task<> Receiver::pause(runtime::Duration time) {
  const runtime::TimePoint end = seams_.env.clock.now() + time;
  while (!stopping_ && seams_.env.clock.now() < end) {
    co_await runtime::wait_until(seams_.env.clock, seams_.leases.room_made(), end);
  }
}

// Returns how long to pause before the next receive.
Task<runtime::Duration> Receiver::receive_once(std::size_t wanted, std::chrono::seconds wait) {
  const auto ticket = std::make_shared<MemoryBudget::Ticket>(seams_.memory, seams_.env.clock, wanted,
                                                             runtime::Duration(seams_.visibility) / 2);
  const runtime::TimePoint begun = seams_.env.clock.now();
  try {
    const aws::sqs::ReceiveOptions options{
        .messages_max = wanted, .wait = wait, .visibility = seams_.visibility, .gate = ticket};
    std::vector<aws::sqs::Message> messages = co_await seams_.client.receive(seams_.queue, options, kOnce);
    failures_ = 0;
    cause_.over();
    const bool first = !seams_.first_receive.succeeded();
    seams_.first_receive.succeed();
    const std::size_t received = messages.size();
    window_.answered(wanted, received, seams_.mailbox.size());
    // The lease counts from the arrival of the answer, even if the answer then waited for room or came slowly.
    const runtime::TimePoint read = seams_.env.clock.now();
    const runtime::TimePoint arrived = ticket->arrived().value_or(read);
    window_.transferred(wanted, read - arrived, seams_.visibility);
    const std::size_t taken = accept(std::move(messages), arrived);
    co_return first&& received == 0 ? runtime::Duration::zero() : pace(begun, wait, received, taken);
  } catch (const aws::Error& error) {
    window_.failed();
    co_return failed(error);
  } catch (const boost::system::system_error&) {
    if (stopping_) {
      seams_.env.events.publish(
          events::kReceiveLost,
          {std::string_view(seams_.queue_name),
           std::string_view("the drain ended before SQS answered; a message that SQS handed out in this receive comes "
                            "again after its visibility timeout")});
    }
    throw;
  }
}

runtime::Duration Receiver::failed(const aws::Error& error) {
  const bool refused = seams_.first_receive.refused(error);
  const std::string_view queue = seams_.queue_name;
  seams_.env.events.publish(events::kReceiveError, {queue, std::string_view(error.what())});
  if (error.facts().maybe_answered) {
    seams_.env.events.publish(events::kReceiveLost, {queue, std::string_view(error.what())});
  }
  const unsigned failures = failures_++;
  if (!refused && failures >= kFailuresUnlogged && cause_.is_new(error.facts())) {
    seams_.env.events.publish(events::kReceiveFailed, {queue, std::string_view(error.what())});
  }
  return refused ? kRefusalPause : kFailureBackoff.delay(seams_.env.random, failures);
}

runtime::Duration Receiver::pace(runtime::TimePoint begun, std::chrono::seconds wait, std::size_t received,
                                 std::size_t taken) {
  if (damaged_ > 0 && received > 0 && taken == 0) {
    window_.failed();
    return kDamagedBackoff.delay(seams_.env.random, damaged_ - 1);
  }
  const runtime::Duration took = seams_.env.clock.now() - begun;
  const bool hasty = taken == 0 && took < std::max<runtime::Duration>(std::min(wait, kShortWait) / 2, kHasty);
  if (!hasty || seams_.settings.poll_interval > runtime::Duration::zero()) {
    hasty_ = 0;
    return {};
  }
  return kHastyBackoff.delay(seams_.env.random, hasty_++);
}

void Receiver::learn_sizes(const std::vector<aws::sqs::Message>& messages) {
  if (!seams_.memory->bounded()) {
    return;
  }
  std::uint64_t largest = 0;
  for (const aws::sqs::Message& message : messages) {
    largest = std::max(largest, size_of(message));
  }
  seams_.memory->learn(largest);
}

std::uint64_t Receiver::cost_of(const aws::sqs::Message& message) const {
  return seams_.memory->bounded() ? MemoryBudget::cost_of(size_of(message)) : 0;
}

// Returns how many of them are new: they are handled, or released because the worker stops.
std::size_t Receiver::accept(std::vector<aws::sqs::Message> messages, runtime::TimePoint arrived) {
  const std::string_view queue = seams_.queue_name;
  if (messages.empty()) {
    seams_.env.events.publish(events::kReceiveEmpty, {queue});
    return 0;
  }
  std::size_t damaged = 0;
  std::size_t taken = 0;
  seams_.env.events.publish(events::kReceived, {queue, static_cast<std::int64_t>(messages.size())});
  const std::size_t held = seams_.leases.size();
  learn_sizes(messages);
  const runtime::WallTime now = seams_.client.service_time();
  for (aws::sqs::Message& received : messages) {
    const auto lease = seams_.leases.add(std::move(received.receipt_handle), received.id.text(), arrived,
                                         cost_of(received), received.corrupt ? 0 : received.digest);
    if (received.corrupt) {
      return_corrupt(lease, received.id.text());
      ++damaged;
      continue;
    }
    if (!lease) {
      again(received);
      continue;
    }
    ++taken;
    if (const auto age = message_age(received.sent_at, now)) {
      seams_.env.events.publish(events::kAge, {queue, age->count()});
    }
    if (stopping_) {
      seams_.leases.release(*lease, 0s);
      continue;
    }
    seams_.activity.begin();
    const bool fits = seams_.mailbox.try_send(Delivery{message_of(received), *lease});
    if (!fits) {  // Full: the service returned more messages than were requested.
      seams_.activity.end();
      seams_.leases.release(*lease, 0s);
    }
  }
  damaged_ = damaged < messages.size() ? 0 : damaged_ + 1;
  probe().progress(messages.size());
  if (seams_.leases.size() > held) {  // Duplicates alone are no progress.
    seams_.pulse.beat(probe().last_progress());
  }
  return taken;
}

// The message is held already, or another one with its id is. SQS gives each message an id of its own; the other one
// stays in the queue and comes again.
void Receiver::again(const aws::sqs::Message& message) {
  const std::string_view queue = seams_.queue_name;
  if (seams_.leases.holds(message.id.text(), message.digest)) {
    seams_.env.events.publish(events::kDuplicate, {queue, std::string_view(message.id.text())});
    return;
  }
  seams_.env.events.publish(
      aws::events::kUnusable,
      {queue, std::int64_t{1}, std::string_view("with the MessageId of another message that is held"),
       std::string_view()});
}

// Releases a message with a wrong checksum. It is neither handled nor deleted, because the queue still has the correct
// message.
void Receiver::return_corrupt(std::optional<LeaseRef> lease, const std::string& id) {
  seams_.env.events.publish(events::kCorrupt, {std::string_view(seams_.queue_name), std::string_view(id)});
  if (lease) {  // No lease: an earlier, correct receive of it is being handled.
    seams_.leases.release(*lease, std::chrono::ceil<std::chrono::seconds>(seams_.settings.retry_initial));
  }
}

}  // namespace ekiden::worker
