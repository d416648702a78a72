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

/// What becomes of one entry of a send. With neither member set, the entry is stored.
struct Admission {
  std::optional<SqsRefusal> refusal;
  std::optional<Sent> repeated;  ///< The earlier send that the entry repeats: answered again, nothing is stored.
};

/// Without state of its own: what it must remember is in the database. Each call is one per request, not per message,
/// so that it costs nothing beside the rows.
///
/// To add a kind of queue: implement this interface and choose it in discipline_of().
class Discipline {
 public:
  virtual ~Discipline() = default;

  /// Decides before anything is stored: one Admission for each entry, or none at all if every entry is stored.
  virtual std::vector<Admission> admit(Session& session, const Queue& queue,
                                       std::span<const SendEntry> entries) const = 0;

  /// The next messages that a receive may hand out, in that order, at most `limit`. Changes nothing.
  virtual std::vector<Candidate> pick(Session& session, const Queue& queue, std::int64_t limit) const = 0;
};

/// The discipline of this queue. Valid until the program ends.
const Discipline& discipline_of(const Queue& queue);

}  // namespace ekiden::local::sqs
