/// The protocols of the local service, one Frontend each.
#pragma once

#include "frontend.hpp"

namespace ekiden::local {

/// SQS in AWS JSON 1.0. The header X-Amz-Target names the operation.
const Frontend& sqs_json();
/// SQS in the old Query protocol: form parameters in, XML out. The parameter Action names the operation.
const Frontend& sqs_query();
/// DynamoDB in AWS JSON 1.0.
const Frontend& dynamodb_json();

}  // namespace ekiden::local
