/// WriteBook: the writes that wait for the Writer. Belongs to the pipeline and outlives a crash of the actor.
#pragma once

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

inline constexpr std::size_t kWriteBatchMax = 25;  // BatchWriteItem.
// Whatever the items, a batch keeps below BatchWriteItem's 16 MiB; the rest is JSON's.
static_assert(kWriteBatchMax * aws::dynamodb::kItemBytesMax <= 15 * 1024 * 1024);

/// How a write ended: without an error, or with the one to throw.
struct Written {
  std::exception_ptr error;
};

/// The keys that batches under way hold: the canonical text of their key attributes.
using KeysUnderWay = std::set<std::string>;

struct Write {
  std::shared_ptr<const aws::dynamodb::Item> item;  ///< Shared: its sender sends it again if the Writer crashes.
  std::string key;                                  ///< Of its key attributes, until it is taken.
  runtime::TimePoint queued{};
  runtime::Reply<Written> reply;
};

/// What waits for one table, and the pace at which it takes it. A key is in one batch at a time: a batch may not hold
/// it twice, and two batches under way could overtake each other.
class TableWrites {
 public:
  TableWrites(runtime::Clock& clock, Activity& activity, runtime::Duration linger)
      : pace(clock), clock_(clock), activity_(activity), linger_(linger) {}

  /// Hash, or hash and range. Empty until known: nothing is taken before that.
  std::vector<std::string> key_attributes;
  bool key_requested = false;
  WritePace pace;
  Cause trouble;  ///< Of writes that failed and are tried again.

  void push(Write write);
  struct Batch {
    std::vector<Write> writes;
    std::vector<KeysUnderWay::iterator> keys;
    std::size_t begun = 0;  ///< Of the pace.
  };
  /// A batch that may leave, its keys and its place in the pace taken; empty if none may.
  Batch take();
  /// Writes of a batch under way that DynamoDB did not take: the first to leave, once their keys are released.
  void put_back(std::vector<Write> writes);
  /// A batch has ended: its keys and its place are free again.
  void release(const std::vector<KeysUnderWay::iterator>& keys);
  /// When take() has something that may leave, if nothing else happens.
  std::optional<runtime::TimePoint> next_due() const;
  /// Ends every waiting write with the error.
  void fail_all(const std::exception_ptr& error);

  bool empty() const { return waiting_.empty(); }

 private:
  bool assign_key(Write& write) const;

  runtime::Clock& clock_;
  Activity& activity_;
  runtime::Duration linger_;
  std::deque<Write> waiting_;
  KeysUnderWay under_way_;
};

/// All tables, and what wakes the Writer.
class WriteBook {
 public:
  WriteBook(runtime::Clock& clock, Activity& activity, runtime::Duration linger)
      : clock_(clock), activity_(activity), linger_(linger) {}

  TableWrites& table(const std::string& name) {
    return tables_.try_emplace(name, clock_, activity_, linger_).first->second;
  }
  std::map<std::string, TableWrites>& tables() { return tables_; }

  /// Puts the item; returns when it is durable. Survives crashes of the Writer. Throws what DynamoDB refused it with.
  Task<> put(std::string table, aws::dynamodb::Item item);

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
