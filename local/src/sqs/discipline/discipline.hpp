/// Discipline: what the kind of a queue decides: in which order its messages are received, and which sends it stores.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sqs/api/types.hpp"
#include "sqs/queues/queues.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// A message about to be handed out: copied, because the row is changed under the cursor.
struct Candidate {
  std::int64_t id;
  std::int64_t receives;
  std::int64_t first_received_at;
  std::int64_t sent_at;
  std::string message_id;
  std::string md5;
  std::string body;
  std::string attributes;
  std::string trace;
  std::string group;
  std::string source;
};

/// Without state of its own: what it must remember is in the database.
///
/// To add a kind of queue: implement this interface and choose it in discipline_of().
class Discipline {
 public:
  virtual ~Discipline() = default;

  /// Why a queue of this kind does not take the entry, or nothing.
  virtual std::optional<SqsRefusal> refusal_of(const SendEntry& entry) const = 0;

  /// The earlier send that the entry repeats, which is answered again while nothing is stored; or nothing. Asked for
  /// one entry after the other, each right before it is stored: an entry that was refused is no earlier send.
  virtual std::optional<Sent> earlier_send(Session& session, const Queue& queue, const SendEntry& entry) const = 0;

  /// The next messages that a receive may hand out, in that order, at most `limit`. Changes nothing. Asked
  /// again while expired messages are in the way.
  virtual std::vector<Candidate> pick(Session& session, const Queue& queue, std::int64_t limit) const = 0;
};

/// The discipline of this queue. Valid until the program ends.
const Discipline& discipline_of(const Queue& queue);

}  // namespace ekiden::local::sqs
