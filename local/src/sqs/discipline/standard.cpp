#include "standard.hpp"

#include <algorithm>

#include "sqs/api/limits.hpp"

namespace ekiden::local::sqs {

std::optional<SqsRefusal> StandardDiscipline::refusal_of(const SendEntry& entry) const {
  if (!entry.deduplication) {
    return std::nullopt;
  }
  return SqsRefusal(ErrorCode::kInvalidParameterValue,
                    "The request includes a parameter that is not valid for this queue type: MessageDeduplicationId");
}

std::optional<Sent> StandardDiscipline::earlier_send(Session& /*session*/, const Queue& /*queue*/,
                                                     const SendEntry& /*entry*/) const {
  return std::nullopt;
}

std::vector<Candidate> StandardDiscipline::pick(Session& session, const Queue& queue, std::int64_t limit) const {
  Statement row = session.database.prepare(
      "SELECT id, receives, first_received_at, sent_at, message_id, md5, body, attributes, trace, message_group, "
      "source_queue FROM sqs_messages INDEXED BY sqs_messages_visible WHERE queue=? AND visible_at<=? "
      "ORDER BY visible_at, id LIMIT ?");
  row.bind(1, queue.box).bind(2, session.now_ms()).bind(3, limit);
  std::vector<Candidate> candidates;
  candidates.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(limit, 0, kReceiveMax)));
  while (row.step()) {
    candidates.push_back({.id = row.integer(0),
                          .receives = row.integer(1),
                          .first_received_at = row.integer(1) == 0 ? session.now_ms() : row.integer(2),
                          .sent_at = row.integer(3),
                          .message_id = std::string(row.blob(4)),
                          .md5 = std::string(row.blob(5)),
                          .body = std::string(row.text(6)),
                          .attributes = std::string(row.blob(7)),
                          .trace = std::string(row.text(8)),
                          .group = std::string(row.text(9)),
                          .source = std::string(row.text(10))});
  }
  return candidates;
}

}  // namespace ekiden::local::sqs
