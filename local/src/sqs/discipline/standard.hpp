/// StandardDiscipline: a standard queue: roughly in the order of sending, without deduplication.
#pragma once

#include "discipline.hpp"

namespace ekiden::local::sqs {

class StandardDiscipline final : public Discipline {
 public:
  /// Rejects entries with a deduplication id.
  std::optional<SqsRefusal> refusal_of(const SendEntry& entry) const override;
  /// Always nothing: each send is a new message.
  std::optional<Sent> earlier_send(Session& session, const Queue& queue, const SendEntry& entry) const override;

  /// By the time at which a message became visible, then by age.
  std::vector<Candidate> pick(Session& session, const Queue& queue, std::int64_t limit) const override;
};

}  // namespace ekiden::local::sqs
