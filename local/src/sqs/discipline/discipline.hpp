/// Discipline: what depends on the kind of a queue: the order in which messages are received, and which sends are
/// stored.
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

/// A message that a receive is about to return. A copy, because its row is changed while the query is open.
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

/// Has no state of its own: the database holds what it must remember.
///
/// To add a kind of queue, implement this interface and choose it in discipline_of().
class Discipline {
 public:
  virtual ~Discipline() = default;

  /// Why a queue of this kind rejects the entry, or nothing.
  virtual std::optional<SqsRefusal> refusal_of(const SendEntry& entry) const = 0;

  /// If the entry is a duplicate, the result of the earlier send, which is the answer; nothing is stored then.
  /// Otherwise nothing. Called for one entry after the other, right before each is stored, so a rejected entry never
  /// counts as an earlier send.
  virtual std::optional<Sent> earlier_send(Session& session, const Queue& queue, const SendEntry& entry) const = 0;

  /// The next messages that a receive can return, in order, at most `limit`. Changes nothing. Called again if some of
  /// them had expired.
  virtual std::vector<Candidate> pick(Session& session, const Queue& queue, std::int64_t limit) const = 0;
};

/// The discipline of this queue. Valid until the program ends.
const Discipline& discipline_of(const Queue& queue);

}  // namespace ekiden::local::sqs
