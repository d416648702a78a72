/// The operations on several items at once.
#pragma once

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

// Entries that the session's refuse_entry picks are answered as unprocessed, in the shape of the request; if it picks
// all, the call fails with ProvisionedThroughputExceededException, as on AWS.

/// Limits: 25 entries (API Reference, BatchWriteItem). Refused as a whole, or carried out.
JsonResponse batch_write_item(Session& session, json::object& body);

/// Limits: 100 keys and 16 MB of items (API Reference, BatchGetItem); keys behind the latter are unprocessed.
JsonResponse batch_get_item(Session& session, json::object& body);

}  // namespace ekiden::local::dynamodb
