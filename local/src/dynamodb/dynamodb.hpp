/// DynamoDB, the local half: its operations on a database.
#pragma once

#include <string_view>

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

/// Carries out one request of DynamoDB's JSON 1.0 protocol; `operation` is its X-Amz-Target without the prefix
/// ("PutItem"). Works in the caller's transaction and leaves it as it was if the request is refused.
///
/// `session.refuse_entry`, if not empty, is asked before each entry of a BatchWriteItem and each key of a BatchGetItem
/// whether to leave it unprocessed.
///
/// Errors: a bad request is a response, with AWS's `__type`, status and words; throws DatabaseError alone (a full
/// disk), after which the transaction must be rolled back.
JsonResponse execute(Session& session, std::string_view operation, std::string_view body);

}  // namespace ekiden::local::dynamodb
