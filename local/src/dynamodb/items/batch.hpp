/// The operations on several items at once.
#pragma once

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

// Entries for which the session's refuse_entry returns true are returned as unprocessed, in the form of the request. If
// these are all entries, the call fails with ProvisionedThroughputExceededException, as on AWS.

/// Limits: 25 entries (API Reference, BatchWriteItem). The request is executed or rejected as a whole.
JsonResponse batch_write_item(Session& session, json::object& body);

/// Limits: 100 keys and 16 MB of items (API Reference, BatchGetItem). Keys beyond the 16 MB are unprocessed.
JsonResponse batch_get_item(Session& session, json::object& body);

}  // namespace ekiden::local::dynamodb
