/// The protocols that the local service speaks: one Frontend each.
#pragma once

#include "frontend.hpp"

namespace ekiden::local {

/// SQS in AWS JSON 1.0, named by the header X-Amz-Target.
const Frontend& sqs_json();
/// SQS in the old Query protocol: form parameters in, XML out; named by the parameter Action.
const Frontend& sqs_query();
/// DynamoDB in AWS JSON 1.0.
const Frontend& dynamodb_json();

}  // namespace ekiden::local
