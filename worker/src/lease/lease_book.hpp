/// LeaseBook: the state of the actor Leases. Belongs to the pipeline and outlives a crash of the actor.
#pragma once

#include <ekiden/runtime/waiter.hpp>

#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lease.hpp"
#include "memory/memory_budget.hpp"
#include "outage/breaker.hpp"

namespace ekiden::worker {

inline constexpr std::size_t kSqsBatchMax = 10;
inline constexpr unsigned kFailuresMax = 8;  // Failed calls after which a wish is given up, if it can be.

/// All messages that the pipeline holds, and what should happen to each. Every message has its lease here from its
/// receive until SQS has confirmed its delete or release: the number of leases is the number of messages in flight.
///
/// Only one call at a time uses a receipt handle. A delete or release cancels an extension that has not been sent. It
/// waits for one that is in flight, because an extension that arrives after a release would hide the message again.
///
/// This class makes no calls: Leases takes batches with take_*(), calls SQS, and reports the result of each lease with
/// done(), stale(), failed(), refused() or lost_in_crash().
class LeaseBook {
 public:
  /// The breakers of the calls that it plans: open while SQS refuses them.
  struct Breakers {
    Breaker& deletes;
    Breaker& extensions;
  };
  LeaseBook(runtime::Clock& clock, MemoryBudget& memory, Breakers breakers, std::chrono::seconds visibility,
            runtime::Duration linger)
      : clock_(clock), memory_(memory), breakers_(breakers), visibility_(visibility), linger_(linger) {}

  /// Adds a lease, which holds `cost` bytes of the MemoryBudget until it is settled. Empty if the message is held
  /// already: its lease then takes the newer handle and is extended from this receive on, even if it had been lost.
  /// A message with the id of a held one but with another body (`digest`; 0: not known) is not the same: nothing
  /// changes then.
  std::optional<LeaseRef> add(aws::sqs::ReceiptHandle handle, std::string message_id, runtime::TimePoint received,
                              std::uint64_t cost = 0, std::uint64_t digest = 0);
  /// True if this message is held.
  bool holds(std::string_view message_id, std::uint64_t digest) const;

  /// `owner` belongs to the task of the message. It must stay valid until disown().
  void own(LeaseRef lease, LeaseOwner& owner) { lease->owner = &owner; }
  void disown(LeaseRef lease) { lease->owner = nullptr; }

  /// Requests the delete of the message. The answer is Broken if the call was lost in a crash: request it again.
  runtime::Answer<Deleted> request_delete(LeaseRef lease);
  /// Requests that the message becomes visible after `delay`. There is no answer; the caller is done with the message.
  void release(LeaseRef lease, std::chrono::seconds delay);
  /// Releases at once all messages for which neither a delete nor a release was requested. Their owners are revoked.
  /// Returns the ids of the messages that had owners.
  std::vector<std::string> release_all();

  /// Up to ten leases to delete, marked busy. Empty until the batch can leave: it is full, its oldest entry has waited
  /// for the linger, or no message is left that could be added.
  /// While the breaker is open: one lease, when a probe can start.
  std::vector<LeaseRef> take_deletes();
  std::vector<LeaseRef> take_releases() { return take(releases_, kSqsBatchMax); }
  /// Up to ten leases whose extension is due, marked busy: half of the visibility timeout has passed. Messages whose
  /// delete has failed are extended, too: they are done, and must not run again. Leases that have used up SQS's 12 h
  /// are left out. While the breaker of extensions is open: one lease, when a probe can start.
  std::vector<LeaseRef> take_extensions();
  /// When the next take_*() will return something, if nothing else happens; empty if never.
  std::optional<runtime::TimePoint> next_due() const;

  /// The visibility timeout to set with the call for which the lease was taken, counted from now.
  std::chrono::seconds timeout(const Lease& lease) const;

  /// True if the message was received again since the call in flight began. That call used an older handle, so its
  /// answer means nothing. The wish is due again with the newer handle; do not report the result of the call.
  bool again_if_renewed(LeaseRef lease);

  // The result of a call, for each lease that take_*() returned.
  /// SQS confirmed the call.
  void done(LeaseRef lease);
  /// The handle is stale and cannot be used any more: the message is visible, or another worker has received it.
  void stale(LeaseRef lease);
  /// The call failed; retry after `backoff`. A release is given up after kFailuresMax failures: the message then
  /// becomes visible when its visibility timeout ends. A delete is retried without limit.
  void failed(LeaseRef lease, runtime::Duration backoff);
  /// Like failed(), but SQS rejected the entry: a delete is given up after kFailuresMax failures, too. The message will
  /// be received again.
  void refused(LeaseRef lease, runtime::Duration backoff);
  /// SQS refuses every call of this kind at present. The delete, or the extension, is due again; it does not count as
  /// failed.
  void postponed(LeaseRef lease);
  /// The call was lost in a crash. A delete is answered with Broken, or is due again if nobody waits for the answer. A
  /// release is due again.
  void lost_in_crash(LeaseRef lease);

  const Breakers& breakers() const { return breakers_; }
  std::chrono::seconds visibility() const { return visibility_; }

  std::size_t size() const { return by_id_.size(); }
  bool empty() const { return by_id_.empty(); }
  /// True if no message waits for its delete, except those in their first call.
  bool no_deletes() const { return deletes_.empty() && stuck_.empty(); }
  /// True if no lease will be extended.
  bool no_extensions() const;
  /// Notified whenever next_due() may have become earlier.
  runtime::Condition& work_arrived() { return work_arrived_; }
  /// Notified whenever a message is settled, so there is room for another.
  runtime::Condition& room_made() { return room_made_; }

 private:
  using Queue = std::deque<LeaseRef>;
  std::vector<LeaseRef> take(Queue& queue, std::size_t max);
  void take_due(std::list<Lease>& leases, std::size_t max, std::vector<LeaseRef>& batch);
  void stick(LeaseRef lease);
  std::list<Lease>& list_of(const Lease& lease);
  void enqueue(LeaseRef lease);
  Queue& queue_of(Lease::Wish wish);
  void absorb_retries();
  void extended(LeaseRef lease);
  void settled(LeaseRef lease, Deleted result);
  void hold_until(LeaseRef lease, runtime::TimePoint due);
  void wish(LeaseRef lease, Lease::Wish wish);
  void begin_call(LeaseRef lease, Lease::Wish serving);
  /// The longest time for which a call can hide the message now. SQS counts its 12 h from the receive.
  std::chrono::seconds hide_max(const Lease& lease) const;
  runtime::Duration half() const { return runtime::Duration(visibility_) / 2; }

  runtime::Clock& clock_;
  MemoryBudget& memory_;
  Breakers breakers_;
  std::chrono::seconds visibility_;
  runtime::Duration linger_;

  std::list<Lease> held_;    // Leases without a wish, ordered by when their extensions are due.
  std::list<Lease> wished_;  // Leases with a wish.
  std::list<Lease> stuck_;   // Leases whose delete has failed, ordered as held_.
  std::unordered_map<std::string_view, LeaseRef> by_id_;  // Never iterated, so its order has no effect.
  Queue deletes_;
  Queue releases_;
  std::multimap<runtime::TimePoint, LeaseRef> retries_;
  runtime::Condition work_arrived_;
  runtime::Condition room_made_;
};

}  // namespace ekiden::worker
