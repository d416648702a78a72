/// Batches: AWS's rules for entries of all kinds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Throws the error that rejects the whole batch: too many entries, none, an invalid or repeated id. `entry` is AWS's
/// name of the entry's type, for the message.
void check_batch_ids(const std::vector<std::string_view>& ids, std::string_view entry);

template <typename Entries>
void check_batch(const Entries& entries, std::string_view entry) {
  std::vector<std::string_view> ids;
  ids.reserve(entries.size());
  for (const auto& each : entries) {
    ids.push_back(each.id);
  }
  check_batch_ids(ids, entry);
}

/// Fault injection: true if this entry must fail although it is valid.
bool fails_for_no_reason(Session& session);
Failure failure_for_no_reason(std::string_view id);

}  // namespace ekiden::local::sqs
