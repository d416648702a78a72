#include "batch.hpp"

#include <ekiden/base/ascii.hpp>

#include <algorithm>

#include "sqs/api/limits.hpp"

namespace ekiden::local::sqs {

namespace {

bool legal_id(std::string_view id) {
  return !id.empty() && id.size() <= kBatchIdMax && base::consists_of_alphanumerics_and(id, "_-");
}

}  // namespace

void check_batch_ids(const std::vector<std::string_view>& ids, std::string_view entry) {
  if (ids.empty()) {
    throw SqsRefusal(ErrorCode::kEmptyBatchRequest,
                     "There should be at least one " + std::string(entry) + " in the request.");
  }
  if (ids.size() > kBatchEntriesMax) {
    throw SqsRefusal(ErrorCode::kTooManyEntriesInBatchRequest,
                     "Maximum number of entries per request are 10. You have sent " + std::to_string(ids.size()) + ".");
  }
  for (auto id = ids.begin(); id != ids.end(); ++id) {
    if (!legal_id(*id)) {
      throw SqsRefusal(
          ErrorCode::kInvalidBatchEntryId,
          "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at "
          "most 80 letters long.");
    }
    if (std::find(ids.begin(), id, *id) != id) {
      throw SqsRefusal(ErrorCode::kBatchEntryIdsNotDistinct, "Id " + std::string(*id) + " repeated.");
    }
  }
}

bool fails_for_no_reason(Session& session) { return session.refuse_entry && session.refuse_entry(); }

Failure failure_for_no_reason(std::string_view id) {
  return {.id = id, .code = ErrorCode::kInternalFailure, .message = "Injected by --faults partial."};
}

}  // namespace ekiden::local::sqs
