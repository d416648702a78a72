#include "leases.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/wait_until.hpp>
#include <ekiden/worker/events.hpp>

#include <algorithm>

#include "outage/refusal.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kCallsInFlightMax = 32;
constexpr runtime::Backoff kBackoff{.initial = 50ms, .max = 5s};
// A lease whose extension fails so often in a row can end before the next one. What is received meanwhile would need
// extensions, too.
constexpr unsigned kFailuresUntilOutage = 3;

const aws::CallOptions kOnce{.attempts = 1};  // The LeaseBook decides when to retry.

// A message is not extended while its delete is in flight, so a silent delete must end while the rest of the visibility
// timeout still allows an extension and a retry. Extensions keep the usual patience: one that was given up too early
// can arrive after the message's release, and hide it again.
aws::CallOptions options_of_deletes(std::chrono::seconds visibility) {
  const runtime::Duration silence =
      std::clamp(runtime::Duration(visibility) / 4, runtime::Duration(1s), runtime::Duration(10s));
  return {.attempts = 1, .patience = http::Patience{.connect = silence, .first_byte = silence, .silence = silence}};
}

// The leases of a call in flight. Those that it has not reported when it is destroyed by a crash go back into the book.
struct CallInFlight {
  LeaseBook& book;
  std::vector<LeaseRef> leases;

  ~CallInFlight() {
    if (base::crashing()) {
      return;  // The LeaseBook can be gone.
    }
    for (const LeaseRef lease : leases) {
      book.lost_in_crash(lease);
    }
  }
};

// True if the receive of this handle has ended. InvalidParameterValue has many causes, so its message is checked, too.
bool is_stale(const aws::sqs::EntryError& failure) {
  return failure.code.find("ReceiptHandleIsInvalid") != std::string::npos ||
         failure.code.find("MessageNotInflight") != std::string::npos ||
         (failure.code.find("InvalidParameterValue") != std::string::npos &&
          failure.message.find("ReceiptHandle") != std::string::npos);
}

}  // namespace

Leases::Leases(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::string queue_name,
               LeaseBook& book, Pulse& pulse)
    : Actor(env.clock),
      env_(env),
      client_(client),
      queue_(std::move(queue)),
      queue_name_(std::move(queue_name)),
      book_(book),
      delete_options_(options_of_deletes(book.visibility())),
      pulse_(pulse),
      calls_(env.executor, [&book] { book.work_arrived().notify_all(); }) {}

void Leases::request_stop() noexcept {
  stopping_ = true;
  book_.work_arrived().notify_all();
}

Task<> Leases::run() { return runtime::run_owning(calls_, work()); }

Task<> Leases::work() {
  for (;;) {
    calls_.rethrow_first();
    if (stopping_) {
      abandon();
      if (book_.empty()) {
        co_return;
      }
    }
    launch_all();
    const auto waiting = probe().waiting(calls_.size() == 0 ? "settlements" : "SQS");
    const auto due = calls_.size() < kCallsInFlightMax ? book_.next_due() : std::nullopt;
    co_await runtime::wait_until(env_.clock, book_.work_arrived(), due);
  }
}

// Whatever still runs here could not be ended.
void Leases::abandon() {
  for (const std::string& id : book_.release_all()) {
    env_.events.publish(events::kAbandoned, {std::string_view(queue_name_), std::string_view(id)});
  }
}

void Leases::launch_all() {
  const LeaseBook::Breakers& breakers = book_.breakers();
  if (book_.no_deletes()) {
    breakers.deletes.unwanted();
  }
  if (book_.no_extensions()) {
    breakers.extensions.unwanted();
  }
  while (calls_.size() < kCallsInFlightMax) {
    if (std::vector<LeaseRef> batch = book_.take_deletes(); !batch.empty()) {
      calls_.spawn(delete_batch(std::move(batch), Breaker::Use(breakers.deletes)));
    } else if (batch = book_.take_releases(); !batch.empty()) {
      calls_.spawn(release_batch(std::move(batch)));
    } else if (batch = book_.take_extensions(); !batch.empty()) {
      calls_.spawn(extend_batch(std::move(batch), Breaker::Use(breakers.extensions)));
    } else {
      return;
    }
  }
}

Task<> Leases::delete_batch(std::vector<LeaseRef> batch, Breaker::Use use) {
  CallInFlight call{book_, std::move(batch)};
  std::vector<aws::sqs::ReceiptHandle> handles;
  handles.reserve(call.leases.size());
  for (const LeaseRef lease : call.leases) {
    handles.push_back(lease->handle);
  }
  try {
    const aws::sqs::EntryResults results = co_await client_.delete_batch(queue_, handles, delete_options_);
    deletes_.over();
    call_answered(call.leases, results, &use);
  } catch (const aws::Error& error) {
    call_failed(call.leases, error, deletes_, &use);
  }
  pulse_.beat();
  book_.work_arrived().notify_all();
}

Task<> Leases::extend_batch(std::vector<LeaseRef> batch, Breaker::Use use) {
  CallInFlight call{book_, std::move(batch)};
  try {
    const aws::sqs::EntryResults results = co_await change(call.leases);
    call_answered(call.leases, results, &use);
  } catch (const aws::Error& error) {
    call_failed(call.leases, error, changes_, &use);
  }
  book_.work_arrived().notify_all();
}

// Needs no breaker: a message whose release is refused becomes visible when its visibility timeout ends.
Task<> Leases::release_batch(std::vector<LeaseRef> batch) {
  CallInFlight call{book_, std::move(batch)};
  try {
    const aws::sqs::EntryResults results = co_await change(call.leases);
    call_answered(call.leases, results, nullptr);
  } catch (const aws::Error& error) {
    call_failed(call.leases, error, changes_, nullptr);
  }
  pulse_.beat();
  book_.work_arrived().notify_all();
}

Task<aws::sqs::EntryResults> Leases::change(const std::vector<LeaseRef>& batch) {
  std::vector<aws::sqs::VisibilityChange> changes;
  for (const LeaseRef lease : batch) {
    changes.push_back({lease->handle, book_.timeout(*lease)});
  }
  aws::sqs::EntryResults results = co_await client_.change_visibility_batch(queue_, changes, kOnce);
  log_failed_changes(results);
  co_return results;
}

// A refusal of a single entry, too, can be one that every message would meet.
void Leases::call_answered(std::vector<LeaseRef>& batch, const aws::sqs::EntryResults& results, Breaker::Use* use) {
  std::vector<LeaseRef> postponed;
  bool accepted = false;
  const std::vector<LeaseRef> leases = std::exchange(batch, {});
  const runtime::Duration delay = backoff(leases);
  for (std::size_t i = 0; i < leases.size(); ++i) {
    const std::optional<aws::sqs::EntryError>& failure = results[i];
    accepted = accepted || !failure;
    if (book_.again_if_renewed(leases[i])) {
      continue;
    }
    if (use != nullptr && failure && failure->sender_fault && !is_stale(*failure) &&
        !may_be_one_messages_fault(failure->code)) {
      use->refused("SQS refuses an entry: " + failure->code + ": " + failure->message);
      postponed.push_back(leases[i]);
    } else {
      entry_answered(leases[i], failure, delay);
    }
  }
  postpone(postponed);
  if (accepted && use != nullptr) {
    use->accepted();
  }
  probe().progress(leases.size());
}

void Leases::entry_answered(LeaseRef lease, const std::optional<aws::sqs::EntryError>& failure,
                            runtime::Duration backoff) {
  if (failure) {
    refused(lease, *failure, backoff);
  } else {
    book_.done(lease);
  }
}

void Leases::postpone(std::vector<LeaseRef>& batch) {
  for (const LeaseRef lease : std::exchange(batch, {})) {
    if (!book_.again_if_renewed(lease)) {
      book_.postponed(lease);
    }
  }
}

void Leases::call_failed(std::vector<LeaseRef>& batch, const aws::Error& error, Cause& cause, Breaker::Use* use) {
  if (use != nullptr && meets_every_message(error.facts())) {
    use->refused(error.what());
    postpone(batch);
    return;
  }
  if (cause.is_new(error.facts())) {
    env_.events.publish(events::kLeaseDelayed, {std::string_view(queue_name_), std::string_view(error.what())});
  }
  const aws::sqs::EntryError failure{
      .code = error.facts().code, .message = error.what(), .sender_fault = !error.facts().retryable};
  const std::vector<LeaseRef> leases = std::exchange(batch, {});
  const runtime::Duration delay = backoff(leases);
  for (const LeaseRef lease : leases) {
    if (book_.again_if_renewed(lease)) {
      continue;
    }
    if (use != nullptr && lease->serving == Lease::Wish::kNone && lease->failures >= kFailuresUntilOutage) {
      use->refused(error.what());
    }
    if (lease->serving == Lease::Wish::kDelete && !error.facts().retryable) {
      refused(lease, failure, delay);
    } else {
      book_.failed(lease, delay);
    }
  }
}

// Extensions and releases of single messages that SQS refuses, although it answered the call. Stale handles have an
// event of their own.
void Leases::log_failed_changes(const aws::sqs::EntryResults& results) {
  const auto failed = std::ranges::find_if(
      results, [](const std::optional<aws::sqs::EntryError>& failure) { return failure && !is_stale(*failure); });
  if (failed == results.end()) {
    changes_.over();
    return;
  }
  aws::Error::Facts facts;
  facts.operation = "sqs.ChangeMessageVisibilityBatch";
  facts.resource = queue_.text();
  facts.code = (*failed)->code;
  facts.message = (*failed)->message;
  if (changes_.is_new(facts)) {
    const aws::Error error(std::move(facts));
    env_.events.publish(events::kLeaseDelayed, {std::string_view(queue_name_), std::string_view(error.what())});
  }
}

void Leases::refused(LeaseRef lease, const aws::sqs::EntryError& failure, runtime::Duration backoff) {
  const bool stale = is_stale(failure);
  const bool deletes = lease->serving == Lease::Wish::kDelete;
  if (deletes || stale) {
    env_.events.publish(deletes ? events::kDeleteFailed : events::kLeaseLost,
                        {std::string_view(queue_name_), std::string_view(lease->message_id),
                         std::string_view(failure.code), std::string_view(failure.message)});
  }
  if (stale) {
    book_.stale(lease);
  } else {
    book_.refused(lease, backoff);
  }
}

// One for all leases of a call, so that they are due together and the next call is a batch, too.
runtime::Duration Leases::backoff(const std::vector<LeaseRef>& leases) {
  unsigned failures = 0;
  for (const LeaseRef lease : leases) {
    failures = std::max(failures, lease->failures);
  }
  return kBackoff.delay(env_.random, failures);
}

}  // namespace ekiden::worker
