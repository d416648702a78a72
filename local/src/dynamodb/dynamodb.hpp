/// The operations of the local DynamoDB.
#pragma once

#include <string_view>

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

/// Executes one request of DynamoDB's JSON 1.0 protocol. `operation` is its X-Amz-Target without the prefix
/// ("PutItem"). Works in the caller's transaction, and changes nothing if the request is rejected.
///
/// `session.refuse_entry`, if set, is called before each entry of a BatchWriteItem and each key of a BatchGetItem; if
/// it returns true, the entry is left unprocessed.
///
/// Errors: a bad request is a response, with AWS's `__type`, status and words. Throws only DatabaseError (a full disk);
/// the transaction must then be rolled back.
JsonResponse execute(Session& session, std::string_view operation, std::string_view body);

}  // namespace ekiden::local::dynamodb
