/// Lease: one held message, from its receive until it is deleted or released.
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
  kLost,   ///< The receipt handle is stale: the message became visible and will be received again.
  kFailed  ///< SQS rejected the delete several times; the message will be received again.
};

/// The task of a message. It tells the LeaseBook where it is, so that it learns when the message was taken from it.
struct LeaseOwner {
  bool revoked = false;  ///< The message was released: its lease must not be used any more.
};

/// The lease's position in the LeaseBook; valid until the lease is settled.
struct Lease;
using LeaseRef = std::list<Lease>::iterator;

/// Only the LeaseBook changes a lease.
struct Lease {
  enum class Wish {
    kNone,    ///< Held: extended before it expires.
    kDelete,  ///< Handled: delete it.
    kRelease  ///< Release it: make it visible again after `delay`.
  };

  aws::sqs::ReceiptHandle handle;
  std::string message_id;
  std::uint64_t cost = 0;         ///< Bytes that it holds in the MemoryBudget.
  std::uint64_t digest = 0;       ///< Of the message's body.
  runtime::TimePoint received{};  ///< When the answer with this handle arrived.
  runtime::TimePoint extension_due{};
  LeaseOwner* owner = nullptr;

  Wish wish = Wish::kNone;
  std::chrono::seconds delay{};     ///< For kRelease.
  runtime::Reply<Deleted> reply{};  ///< For kDelete.
  runtime::TimePoint wished{};      ///< When the wish was last made.
  unsigned failures = 0;            ///< Failed calls for this wish.
  bool queued = false;              ///< The wish waits in a queue of the LeaseBook.
  bool busy = false;                ///< A call with this handle is in flight: no second one can start.
  Wish serving = Wish::kNone;       ///< The purpose of that call; kNone: an extension.
  bool renewed = false;             ///< A newer receive replaced the handle since that call began.
  bool stuck = false;               ///< The delete has failed: the lease is extended until it succeeds.
};

}  // namespace ekiden::worker
