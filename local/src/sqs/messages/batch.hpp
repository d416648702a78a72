/// Batches: what AWS demands of the entries of any of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Throws what refuses the whole batch: too many entries, none, an illegal or repeated id. `entry` is AWS's name of
/// an entry's type, for the message.
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

/// Fault injection: true if this entry is to fail although nothing is wrong with it.
bool fails_for_no_reason(Session& session);
Failure failure_for_no_reason(std::string_view id);

}  // namespace ekiden::local::sqs
