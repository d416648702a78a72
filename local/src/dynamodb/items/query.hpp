/// The operations that read many items by key.
#pragma once

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

JsonResponse query(Session& session, json::object& body);
/// In the order of the keys, which on AWS is that of their hashes. Segments take the items by a hash of the hash key.
JsonResponse scan(Session& session, json::object& body);

}  // namespace ekiden::local::dynamodb
