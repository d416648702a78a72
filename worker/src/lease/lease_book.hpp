/// LeaseBook: the books of Leases. Belongs to the pipeline and outlives a crash of the actor.
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

namespace ekiden::worker {

inline constexpr std::size_t kSqsBatchMax = 10;
inline constexpr unsigned kFailuresMax = 8;  // Of calls for one wish, where it can be given up.

/// Who holds what, and what is to become of it. Every message of the pipeline has its lease here from the receive to
/// the confirmed settlement: the number of leases is the number of messages in flight.
///
/// A handle is named by one call at a time. A settlement cancels a pending extension; it waits for one under way,
/// because an extension that lands after a return would hide the message again.
class LeaseBook {
 public:
  LeaseBook(runtime::Clock& clock, MemoryBudget& memory, std::chrono::seconds visibility, runtime::Duration linger)
      : clock_(clock), memory_(memory), visibility_(visibility), linger_(linger) {}

  /// A new lease; nothing if the message is held already: the lease then takes the newer handle, and is extended from
  /// this receive on, even if it had been lost. A new one holds `cost` of the memory until it is settled.
  std::optional<LeaseRef> add(aws::sqs::ReceiptHandle handle, std::string message_id, runtime::TimePoint received,
                              std::uint64_t cost = 0);

  /// Asks for the message to be deleted. Broken if the call under way is lost in a crash: ask again.
  runtime::Answer<Deleted> request_delete(LeaseRef lease);
  /// Asks for the message to become visible after `delay`. The book sees to it from here on.
  void give_back(LeaseRef lease, std::chrono::seconds delay);
  /// Gives back, at once, all that nobody has asked anything for. Yields how many.
  std::size_t give_back_all();

  /// Up to ten leases to be deleted, marked busy; empty unless a batch may leave: it is full, its oldest entry has
  /// waited the linger, or nobody is left who could add to it.
  std::vector<LeaseRef> take_deletes() { return take(deletes_); }
  std::vector<LeaseRef> take_returns() { return take(returns_); }
  /// Up to ten held leases past half of their visibility timeout, marked busy; none that SQS would hide no longer.
  std::vector<LeaseRef> take_extensions();
  /// When the next of the above has something, if nothing else happens.
  std::optional<runtime::TimePoint> next_due() const;

  /// What the call that the lease was taken for is to ask for: the visibility timeout from now on.
  std::chrono::seconds timeout(const Lease& lease) const;

  /// True if the message was received again since the call under way began. That call named an older handle, so that
  /// its answer says nothing: the wish is due again, with the newer one, and none of the below applies.
  bool again_if_renewed(LeaseRef lease);

  // How a call ended, for each lease that a take_ gave out.
  /// SQS did what the call asked for.
  void done(LeaseRef lease);
  /// The handle is stale: nothing can be done with it. The message is visible already, or in other hands.
  void stale(LeaseRef lease);
  /// The wish stays and is due again after `backoff`. Only a return is given up after kFailuresMax failures: the
  /// visibility timeout releases the message instead.
  void failed(LeaseRef lease, runtime::Duration backoff);
  /// As failed(), where SQS refused: a delete is given up, too. The message will come again, and be deleted then.
  void refused(LeaseRef lease, runtime::Duration backoff);
  /// The call was lost in a crash: an asker hears Broken, a return is due again.
  void lost_in_crash(LeaseRef lease);

  std::size_t size() const { return by_id_.size(); }
  bool empty() const { return by_id_.empty(); }
  /// Notified whenever next_due() may have become earlier.
  runtime::Condition& work_arrived() { return work_arrived_; }
  /// Notified whenever a message is settled: room for another.
  runtime::Condition& room_made() { return room_made_; }

 private:
  using Queue = std::deque<LeaseRef>;
  std::vector<LeaseRef> take(Queue& queue);
  void enqueue(LeaseRef lease);
  Queue& queue_of(Lease::Wish wish);
  void absorb_retries();
  void extended(LeaseRef lease);
  void settled(LeaseRef lease, Deleted result);
  void hold_until(LeaseRef lease, runtime::TimePoint due);
  void wish(LeaseRef lease, Lease::Wish wish);
  void begin_call(LeaseRef lease, Lease::Wish serving);
  /// For how long a call may hide the message now: SQS counts its 12 h from the receive, whatever is asked for since.
  std::chrono::seconds hide_max(const Lease& lease) const;
  runtime::Duration half() const { return runtime::Duration(visibility_) / 2; }

  runtime::Clock& clock_;
  MemoryBudget& memory_;
  std::chrono::seconds visibility_;
  runtime::Duration linger_;

  std::list<Lease> held_;    // Without a wish, in the order in which their extensions are due.
  std::list<Lease> wished_;  // With one.
  std::unordered_map<std::string_view, LeaseRef> by_id_;  // Looked up only: its order shows nowhere.
  Queue deletes_;
  Queue returns_;
  std::multimap<runtime::TimePoint, LeaseRef> retries_;
  runtime::Condition work_arrived_;
  runtime::Condition room_made_;
};

}  // namespace ekiden::worker
