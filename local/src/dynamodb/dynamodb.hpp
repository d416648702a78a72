/// DynamoDB, the local half: its operations on a database.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <functional>
#include <string_view>

#include "store/database.hpp"
#include "store/effects.hpp"

namespace ekiden::local::dynamodb {

/// Answers one request of DynamoDB's JSON 1.0 protocol; `operation` is its X-Amz-Target without the prefix
/// ("PutItem"). Works in the caller's transaction and leaves it as it was if the request is refused.
///
/// `refuse_entry`, if not empty, is asked before each entry of a BatchWriteItem and each key of a BatchGetItem whether
/// to leave it unprocessed.
///
/// Limits: a body of 16 MB. Errors: a bad request is a response, with AWS's `__type`, status and words; throws
/// DatabaseError alone (a full disk), after which the transaction must be rolled back.
http::HttpResponse handle(Database& database, std::string_view operation, const http::HttpRequest& request,
                          runtime::WallTime now, runtime::Random& random, Effects& effects,
                          const std::function<bool()>& refuse_entry = {});

}  // namespace ekiden::local::dynamodb
