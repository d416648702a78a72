/// StandardDiscipline: a standard queue. Roughly the order of sending; no deduplication.
#pragma once

#include "discipline.hpp"

namespace ekiden::local::sqs {

class StandardDiscipline final : public Discipline {
 public:
  /// Refuses the entries that ask for deduplication.
  std::optional<SqsRefusal> refusal_of(const SendEntry& entry) const override;
  /// None: each send is a message of its own.
  std::optional<Sent> earlier_send(Session& session, const Queue& queue, const SendEntry& entry) const override;

  /// By the time from which each message is visible, then by age.
  std::vector<Candidate> pick(Session& session, const Queue& queue, std::int64_t limit) const override;
};

}  // namespace ekiden::local::sqs
