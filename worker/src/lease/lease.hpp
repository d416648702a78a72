/// Lease: one held message, from its receive to its settlement.
#pragma once

#include <ekiden/aws/names.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/reply.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <string>

namespace ekiden::worker {

/// How a delete ended.
enum class Deleted {
  kYes,
  kLost,   ///< The handle is stale: the message became visible and will come again.
  kFailed  ///< SQS refused for good; the message will come again.
};

/// A position in the book; stable until the lease is settled.
struct Lease;
using LeaseRef = std::list<Lease>::iterator;

/// Only the LeaseBook changes one.
struct Lease {
  enum class Wish {
    kNone,    ///< Held: extended before it expires.
    kDelete,  ///< Handled: to be deleted.
    kReturn   ///< To become visible again, after `delay`.
  };

  aws::sqs::ReceiptHandle handle;
  std::string message_id;
  std::uint64_t cost = 0;         ///< What it holds of the MemoryBudget.
  runtime::TimePoint received{};  ///< With this handle: the answer came then.
  runtime::TimePoint extension_due{};

  Wish wish = Wish::kNone;
  std::chrono::seconds delay{};     ///< Of a return.
  runtime::Reply<Deleted> reply{};  ///< Of a delete.
  runtime::TimePoint wished{};      ///< When the wish was last made.
  unsigned failures = 0;            ///< Of calls for this wish.
  bool queued = false;              ///< Its wish waits in a queue of the book.
  bool busy = false;                ///< A call that names the handle is under way: no second one may start.
  Wish serving = Wish::kNone;       ///< What that call is for; kNone: an extension.
  bool renewed = false;             ///< The handle has been replaced since that call began.
};

}  // namespace ekiden::worker
