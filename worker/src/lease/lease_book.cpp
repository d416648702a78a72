#include "lease_book.hpp"

#include <ekiden/aws/sqs/types.hpp>

#include <algorithm>
#include <array>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

// SQS counts from the receive, which is earlier than the arrival of the answer by at most the deadline of an attempt.
constexpr std::chrono::seconds kAnswerDelayMax = 10s;

using RetryGrid = std::chrono::duration<std::int64_t, std::ratio<1, 20>>;  // 50 ms

}  // namespace

std::optional<LeaseRef> LeaseBook::add(aws::sqs::ReceiptHandle handle, std::string message_id,
                                       runtime::TimePoint received, std::uint64_t cost, std::uint64_t digest) {
  if (const auto known = by_id_.find(message_id); known != by_id_.end()) {
    const LeaseRef lease = known->second;
    if (digest != 0 && lease->digest != digest) {
      return std::nullopt;
    }
    lease->handle = std::move(handle);  // SQS guarantees only the latest handle.
    lease->received = received;
    lease->renewed = true;
    if (lease->wish == Lease::Wish::kNone || lease->stuck) {
      hold_until(lease, received + half());
    }
    return std::nullopt;
  }
  Lease lease{.handle = std::move(handle),
              .message_id = std::move(message_id),
              .cost = cost,
              .digest = digest,
              .received = received};
  memory_.hold(cost);
  held_.push_back(std::move(lease));
  const LeaseRef position = std::prev(held_.end());
  hold_until(position, received + half());
  by_id_.emplace(position->message_id, position);
  return position;
}

bool LeaseBook::holds(std::string_view message_id, std::uint64_t digest) const {
  const auto known = by_id_.find(message_id);
  return known != by_id_.end() && known->second->digest == digest;
}

bool LeaseBook::no_extensions() const {
  return std::ranges::all_of(std::array{&held_, &stuck_}, [](const std::list<Lease>* leases) {
    return leases->empty() || leases->front().extension_due == runtime::TimePoint::max();
  });
}

std::list<Lease>& LeaseBook::list_of(const Lease& lease) {
  return lease.stuck ? stuck_ : lease.wish == Lease::Wish::kNone ? held_ : wished_;
}

void LeaseBook::hold_until(LeaseRef lease, runtime::TimePoint due) {
  std::list<Lease>& leases = list_of(*lease);
  lease->extension_due = due;
  auto before = leases.end();
  // The place is nearly always the end, because all leases are extended by the same time.
  while (before != leases.begin() && (std::prev(before) == lease || std::prev(before)->extension_due > due)) {
    --before;
  }
  leases.splice(before, leases, lease);
  if (lease == leases.begin()) {
    work_arrived_.notify_all();  // This extension is due first; Leases waits for something later.
  }
}

runtime::Answer<Deleted> LeaseBook::request_delete(LeaseRef lease) {
  auto question = runtime::make_question<Deleted>();
  lease->reply = std::move(question.reply);
  wish(lease, Lease::Wish::kDelete);
  return std::move(question.answer);
}

void LeaseBook::release(LeaseRef lease, std::chrono::seconds delay) {
  lease->reply = {};
  lease->delay = delay;
  wish(lease, Lease::Wish::kRelease);
}

std::vector<std::string> LeaseBook::release_all() {
  std::vector<std::string> owned;
  while (!held_.empty()) {
    const LeaseRef lease = held_.begin();
    if (LeaseOwner* const owner = std::exchange(lease->owner, nullptr)) {
      owner->revoked = true;
      owned.push_back(lease->message_id);
    }
    release(lease, std::chrono::seconds(0));
  }
  return owned;
}

// The delete has failed, or cannot be tried: the message is done, so its lease must not end before the delete succeeds.
void LeaseBook::stick(LeaseRef lease) {
  if (!lease->stuck) {
    stuck_.splice(stuck_.end(), wished_, lease);
    lease->stuck = true;
    hold_until(lease, lease->extension_due);
  }
}

void LeaseBook::enqueue(LeaseRef lease) {
  lease->wished = clock_.now();
  if (lease->wish == Lease::Wish::kDelete && breakers_.deletes.is_open()) {
    stick(lease);
  }
  if (lease->busy || lease->queued) {
    return;  // A call with this handle is in flight; its end enqueues the wish.
  }
  queue_of(lease->wish).push_back(lease);
  lease->queued = true;
  work_arrived_.notify_all();
}

LeaseBook::Queue& LeaseBook::queue_of(Lease::Wish wish) { return wish == Lease::Wish::kDelete ? deletes_ : releases_; }

void LeaseBook::wish(LeaseRef lease, Lease::Wish wish) {
  if (std::exchange(lease->queued, false)) {
    std::erase(queue_of(lease->wish),
               lease);  // The later wish counts. In two queues the message would be settled twice.
  }
  if (lease->wish == Lease::Wish::kNone || lease->stuck) {
    wished_.splice(wished_.end(), list_of(*lease), lease);
    lease->stuck = false;
  }
  lease->wish = wish;
  lease->failures = 0;
  enqueue(lease);
}

void LeaseBook::absorb_retries() {
  const runtime::TimePoint now = clock_.now();
  while (!retries_.empty() && retries_.begin()->first <= now) {
    const LeaseRef lease = retries_.begin()->second;
    retries_.erase(retries_.begin());
    lease->busy = false;
    enqueue(lease);
  }
}

std::vector<LeaseRef> LeaseBook::take_deletes() {
  if (breakers_.deletes.is_open()) {
    for (const LeaseRef lease : deletes_) {
      stick(lease);
    }
    return breakers_.deletes.admits() ? take(deletes_, 1) : std::vector<LeaseRef>();
  }
  return take(deletes_, kSqsBatchMax);
}

std::vector<LeaseRef> LeaseBook::take(Queue& queue, std::size_t max) {
  absorb_retries();
  const runtime::TimePoint now = clock_.now();
  const bool nobody_could_add = held_.empty();
  const bool leaves = queue.size() >= kSqsBatchMax || (!queue.empty() && nobody_could_add) ||
                      (!queue.empty() && now >= queue.front()->wished + linger_);
  std::vector<LeaseRef> batch;
  while (leaves && !queue.empty() && batch.size() < max) {
    const LeaseRef lease = queue.front();
    queue.pop_front();
    lease->queued = false;
    // An extension is in flight, or is needed first, unless one has just failed: its end enqueues the lease again.
    const bool extends = lease->busy || (lease->stuck && lease->extension_due <= now &&
                                         lease->serving != Lease::Wish::kNone && !breakers_.extensions.is_open());
    if (!extends) {
      begin_call(lease, lease->wish);
      batch.push_back(lease);
    }
  }
  return batch;
}

void LeaseBook::begin_call(LeaseRef lease, Lease::Wish serving) {
  lease->busy = true;
  lease->renewed = false;
  lease->serving = serving;
}

std::vector<LeaseRef> LeaseBook::take_extensions() {
  absorb_retries();
  std::vector<LeaseRef> batch;
  const std::size_t max = !breakers_.extensions.admits() ? 0 : breakers_.extensions.is_open() ? 1 : kSqsBatchMax;
  take_due(held_, max, batch);
  take_due(stuck_, max, batch);
  return batch;
}

void LeaseBook::take_due(std::list<Lease>& leases, std::size_t max, std::vector<LeaseRef>& batch) {
  const runtime::TimePoint now = clock_.now();
  auto next = leases.begin();
  while (next != leases.end() && next->extension_due <= now && batch.size() < max) {
    const LeaseRef lease = next++;
    if (lease->busy) {
      continue;
    }
    if (hide_max(*lease) <= 0s) {
      hold_until(lease, runtime::TimePoint::max());
      if (lease->stuck) {
        enqueue(lease);
      }
      continue;
    }
    begin_call(lease, Lease::Wish::kNone);
    batch.push_back(lease);
  }
}

std::chrono::seconds LeaseBook::hide_max(const Lease& lease) const {
  const auto held = std::chrono::ceil<std::chrono::seconds>(clock_.now() - lease.received);
  return std::max(aws::sqs::kVisibilityMax - kAnswerDelayMax - held, 0s);
}

std::chrono::seconds LeaseBook::timeout(const Lease& lease) const {
  const std::chrono::seconds wanted = lease.serving == Lease::Wish::kRelease ? lease.delay : visibility_;
  return std::min(wanted, hide_max(lease));
}

bool LeaseBook::again_if_renewed(LeaseRef lease) {
  if (!std::exchange(lease->renewed, false)) {
    return false;
  }
  lease->busy = false;
  if (lease->wish != Lease::Wish::kNone) {
    enqueue(lease);
  }
  return true;
}

std::optional<runtime::TimePoint> LeaseBook::next_due() const {
  std::optional<runtime::TimePoint> due;
  const auto consider = [&due](runtime::TimePoint when) { due = due ? std::min(*due, when) : when; };
  if (!deletes_.empty() && !breakers_.deletes.is_open()) {
    consider(deletes_.front()->wished + linger_);
  } else if (const auto probe = breakers_.deletes.next_probe(); probe && !deletes_.empty()) {
    consider(std::max(*probe, deletes_.front()->wished + linger_));
  }
  if (!releases_.empty()) {
    consider(releases_.front()->wished + linger_);
  }
  if (!retries_.empty()) {
    consider(retries_.begin()->first);
  }
  for (const std::list<Lease>* leases : {&held_, &stuck_}) {
    const auto waiting = std::ranges::find_if(*leases, [](const Lease& lease) { return !lease.busy; });
    if (waiting != leases->end() && !breakers_.extensions.is_open()) {
      consider(waiting->extension_due);
    } else if (const auto probe = breakers_.extensions.next_probe(); probe && waiting != leases->end()) {
      consider(std::max(*probe, waiting->extension_due));
    }
  }
  return due;
}

void LeaseBook::settled(LeaseRef lease, Deleted result) {
  if (lease->serving == Lease::Wish::kDelete) {
    lease->reply.complete(result);
  }
  by_id_.erase(lease->message_id);
  memory_.release(lease->cost);
  list_of(*lease).erase(lease);
  room_made_.notify_all();
  if (held_.empty()) {
    work_arrived_.notify_all();  // No message is left that could be added to a batch.
  }
}

void LeaseBook::extended(LeaseRef lease) {
  lease->busy = false;
  lease->failures = 0;
  if (lease->wish == Lease::Wish::kNone || lease->stuck) {
    // Within half a timeout of SQS's 12 h another extension would not gain time.
    const bool last = hide_max(*lease) <= half();
    hold_until(lease, last ? runtime::TimePoint::max() : clock_.now() + half());
  }
  if (lease->wish != Lease::Wish::kNone) {
    enqueue(lease);
  }
}

void LeaseBook::done(LeaseRef lease) {
  if (lease->serving == Lease::Wish::kNone) {
    extended(lease);
  } else {
    settled(lease, Deleted::kYes);
  }
}

void LeaseBook::stale(LeaseRef lease) {
  if (lease->serving != Lease::Wish::kNone) {
    settled(lease, Deleted::kLost);
    return;
  }
  lease->busy = false;
  if (lease->wish == Lease::Wish::kNone || lease->stuck) {
    hold_until(lease, runtime::TimePoint::max());
  }
  if (lease->wish != Lease::Wish::kNone) {
    enqueue(lease);
  }
}

void LeaseBook::failed(LeaseRef lease, runtime::Duration backoff) {
  // On a grid, so that leases of different calls are due together and leave in one batch.
  const runtime::TimePoint due = std::chrono::ceil<RetryGrid>(clock_.now() + backoff);
  if (lease->wish == Lease::Wish::kNone) {
    ++lease->failures;
    lease->busy = false;
    hold_until(lease, due);
  } else if (lease->serving == Lease::Wish::kNone) {
    lease->busy = false;
    if (lease->stuck) {
      hold_until(lease, due);
    }
    enqueue(lease);  // Only an extension failed, and it is no longer needed.
  } else if (++lease->failures >= kFailuresMax && lease->serving == Lease::Wish::kRelease) {
    settled(lease, Deleted::kFailed);
  } else {
    if (lease->wish == Lease::Wish::kDelete) {
      stick(lease);
    }
    retries_.emplace(due, lease);  // Stays busy until then, so no other call uses its handle.
  }
}

void LeaseBook::refused(LeaseRef lease, runtime::Duration backoff) {
  if (lease->serving == Lease::Wish::kDelete && lease->failures + 1 >= kFailuresMax) {
    settled(lease, Deleted::kFailed);
  } else {
    failed(lease, backoff);
  }
}

void LeaseBook::postponed(LeaseRef lease) {
  lease->busy = false;
  if (lease->serving == Lease::Wish::kDelete) {
    stick(lease);
    enqueue(lease);
    return;
  }
  if (lease->wish == Lease::Wish::kNone || lease->stuck) {
    hold_until(lease, std::chrono::ceil<RetryGrid>(clock_.now()));  // Behind the others that are due.
  }
  if (lease->wish != Lease::Wish::kNone) {
    enqueue(lease);
  }
}

void LeaseBook::lost_in_crash(LeaseRef lease) {
  lease->busy = false;
  if (lease->serving == Lease::Wish::kDelete && lease->wish == Lease::Wish::kDelete && lease->owner != nullptr) {
    lease->reply = {};  // The message's task gets Broken and requests the delete again.
  } else if (lease->wish != Lease::Wish::kNone) {
    enqueue(lease);
  }
}

}  // namespace ekiden::worker
