/// The operations that read many items.
#pragma once

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

JsonResponse query(Session& session, json::object& body);
/// Returns items in the order of their keys; AWS uses the order of their hashes. A segment is chosen by a hash of the
/// hash key.
JsonResponse scan(Session& session, json::object& body);

}  // namespace ekiden::local::dynamodb
