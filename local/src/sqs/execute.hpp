/// Executes the operations of SQS.
#pragma once

#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Executes a decoded request. Throws DatabaseError, or, before it has changed anything, SqsRefusal.
Result execute(Session& session, const Request& request);

}  // namespace ekiden::local::sqs
