/// WriteBook: the writes that wait for the actor Writer. Belongs to the pipeline and outlives a crash of the actor.
#pragma once

#include <ekiden/aws/dynamodb/request_size.hpp>
#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "outage/breaker.hpp"
#include "vitals/activity.hpp"
#include "vitals/cause.hpp"
#include "write.hpp"
#include "write_pace.hpp"

namespace ekiden::worker {

inline constexpr std::size_t kWriteBatchMax = aws::dynamodb::kBatchWriteMax;
// Each item fits into a request, even if each of its bytes becomes an escape.
static_assert(10 * aws::dynamodb::kItemBytesMax <= aws::dynamodb::kBatchWriteBytesMax);

/// What one key has: at most one write in a batch in flight, and at most one that waits. A put of a key that already
/// waits replaces the waiting one, and both return when the new one is durable.
struct KeyWrites {
  std::optional<Write> waiting;
  bool in_flight = false;
};

/// The waiting writes of one table, and the table's pace. A key is in one batch at a time: DynamoDB rejects a batch
/// that has a key twice, and two batches in flight could overtake each other. The work for a write does not depend on
/// how many others wait, also if all of them have the same key.
class TableWrites {
 public:
  TableWrites(Outages& outages, const std::string& name, runtime::Clock& clock, Activity& activity,
              runtime::Duration linger)
      : pace(clock), breaker(outages, "table", name), clock_(clock), activity_(activity), linger_(linger) {}

  /// Hash, or hash and range. Empty until known; take() returns nothing before that.
  std::vector<std::string> key_attributes;
  bool key_requested = false;
  WritePace pace;
  Breaker breaker;  ///< Open while the table refuses every write.
  /// The table has stored a write, or is the configured one: a refusal is an outage. Otherwise a handler can have made
  /// up its name, and a refusal is the message's own failure.
  bool proven = false;
  runtime::TimePoint key_compared = runtime::TimePoint::min();  ///< When the key was last compared with the table's.
  bool key_differs = false;                                     ///< The result.
  Cause trouble;                                                ///< Filters the log of failed writes that are retried.

  /// Numbers the puts. A put that is pushed again after a crash keeps its number, and so its place among the others.
  std::uint64_t next_arrival() { return ++arrivals_; }
  void push(Write write);
  struct Batch {
    std::vector<Write> writes;
    std::vector<KeyEntry*> keys;
    std::size_t begun = 0;  ///< From WritePace::begin().
  };
  /// A batch that can leave; it occupies its keys and its place in the pace until release(). Empty if none can leave.
  /// While the breaker is open, it has one write, and can leave when a probe can start.
  Batch take();
  /// Writes of a batch in flight that DynamoDB did not store. They leave first, once their keys are released.
  void put_back(std::vector<Write> writes);
  /// A batch has ended: frees its keys and its place in the pace. Writes of these keys that were put back leave first,
  /// or last if `refused`, so that another one is the next probe.
  void release(const std::vector<KeyEntry*>& keys, bool refused = false);
  /// When take() will return a batch, if nothing else happens; empty if only another event can cause that.
  std::optional<runtime::TimePoint> next_due() const;
  /// Fails every waiting write with `error`.
  void fail_all(const std::exception_ptr& error);

  /// True if no write waits or is in flight.
  bool empty() const { return unkeyed_.empty() && keys_.empty(); }
  /// How often a write was moved from one place to another. For tests: it must be linear in the number of writes.
  std::size_t steps() const { return steps_; }

 private:
  void add(Write write);
  bool read_key(Write& write);
  void wait_in(KeyWrites& key, Write write);

  runtime::Clock& clock_;
  Activity& activity_;
  runtime::Duration linger_;
  std::deque<Write> unkeyed_;  // In the order of arrival; only until the key of the table is known.
  std::unordered_map<std::string, KeyWrites> keys_;
  std::deque<KeyEntry*> ready_;  // The keys with a waiting write and none in flight, in the order in which they leave.
  std::string key_text_;         // Reused: the key of the write that add() handles.
  std::uint64_t arrivals_ = 0;
  std::size_t steps_ = 0;
};

/// The waiting writes of all tables.
class WriteBook {
 public:
  WriteBook(Outages& outages, runtime::Clock& clock, Activity& activity, runtime::Duration linger)
      : outages_(outages), clock_(clock), activity_(activity), linger_(linger) {}

  TableWrites& table(const std::string& name) {
    return tables_.try_emplace(name, outages_, name, clock_, activity_, linger_).first->second;
  }
  std::map<std::string, TableWrites>& tables() { return tables_; }

  /// Puts the item and returns once it is durable, even if the Writer crashes meanwhile. Errors: see Table::put().
  Task<> put(std::string table, aws::dynamodb::Item item);

  /// Notified whenever a write was added or a batch has ended.
  runtime::Condition& work_arrived() { return work_arrived_; }
  Activity& activity() { return activity_; }

 private:
  Outages& outages_;
  runtime::Clock& clock_;
  Activity& activity_;
  runtime::Duration linger_;
  std::map<std::string, TableWrites> tables_;
  runtime::Condition work_arrived_;
};

}  // namespace ekiden::worker
