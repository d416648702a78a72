/// WriteBook: the writes that wait for the actor Writer. Belongs to the pipeline and outlives a crash of the actor.
#pragma once

#include <ekiden/aws/dynamodb/request_size.hpp>
#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/reply.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vitals/activity.hpp"
#include "vitals/cause.hpp"
#include "write_pace.hpp"

namespace ekiden::worker {

inline constexpr std::size_t kWriteBatchMax = aws::dynamodb::kBatchWriteMax;
// Each item fits into a request, even if each of its bytes becomes an escape.
static_assert(10 * aws::dynamodb::kItemBytesMax <= aws::dynamodb::kBatchWriteBytesMax);

/// The result of a write: `error` is empty, or the exception that put() throws.
struct Written {
  std::exception_ptr error;
};

/// The keys of the items in batches in flight, as the canonical text of their key attributes.
using KeysInFlight = std::set<std::string>;

struct Write {
  std::shared_ptr<const aws::dynamodb::Item> item;  ///< Shared: put() sends it again if the Writer crashes.
  std::size_t bytes = 0;                            ///< Of the item in a request; set by push().
  std::string key;                                  ///< Canonical text of the key, until the write is taken.
  runtime::TimePoint queued{};
  runtime::Reply<Written> reply;
};

/// The waiting writes of one table, and the table's pace. A key is in one batch at a time: DynamoDB rejects a batch
/// that has a key twice, and two batches in flight could overtake each other.
class TableWrites {
 public:
  TableWrites(runtime::Clock& clock, Activity& activity, runtime::Duration linger)
      : pace(clock), clock_(clock), activity_(activity), linger_(linger) {}

  /// Hash, or hash and range. Empty until known; take() returns nothing before that.
  std::vector<std::string> key_attributes;
  bool key_requested = false;
  WritePace pace;
  Cause trouble;  ///< Filters the log of failed writes that are retried.

  void push(Write write);
  struct Batch {
    std::vector<Write> writes;
    std::vector<KeysInFlight::iterator> keys;
    std::size_t begun = 0;  ///< From WritePace::begin().
  };
  /// A batch that can leave; it occupies its keys and its place in the pace until release(). Empty if none can leave.
  Batch take();
  /// Writes of a batch in flight that DynamoDB did not store. They leave first, once their keys are released.
  void put_back(std::vector<Write> writes);
  /// A batch has ended: frees its keys and its place in the pace.
  void release(const std::vector<KeysInFlight::iterator>& keys);
  /// When take() will return a batch, if nothing else happens; empty if only another event can cause that.
  std::optional<runtime::TimePoint> next_due() const;
  /// Fails every waiting write with `error`.
  void fail_all(const std::exception_ptr& error);

  bool empty() const { return waiting_.empty(); }

 private:
  bool assign_key(Write& write) const;

  runtime::Clock& clock_;
  Activity& activity_;
  runtime::Duration linger_;
  std::deque<Write> waiting_;
  KeysInFlight in_flight_;
};

/// The waiting writes of all tables.
class WriteBook {
 public:
  WriteBook(runtime::Clock& clock, Activity& activity, runtime::Duration linger)
      : clock_(clock), activity_(activity), linger_(linger) {}

  TableWrites& table(const std::string& name) {
    return tables_.try_emplace(name, clock_, activity_, linger_).first->second;
  }
  std::map<std::string, TableWrites>& tables() { return tables_; }

  /// Puts the item and returns once it is durable, even if the Writer crashes meanwhile. Errors: see Table::put().
  Task<> put(std::string table, aws::dynamodb::Item item);

  /// Notified whenever a write was added or a batch has ended.
  runtime::Condition& work_arrived() { return work_arrived_; }
  Activity& activity() { return activity_; }

 private:
  runtime::Clock& clock_;
  Activity& activity_;
  runtime::Duration linger_;
  std::map<std::string, TableWrites> tables_;
  runtime::Condition work_arrived_;
};

}  // namespace ekiden::worker
