/// The operations of SQS: which function carries out which request.
#pragma once

#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Carries out a decoded request. Throws SqsRefusal, before it has changed anything, and DatabaseError.
Result execute(Session& session, const Request& request);

}  // namespace ekiden::local::sqs
