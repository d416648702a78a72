/// The operations on one item.
#pragma once

#include "dynamodb/api/operation.hpp"

namespace ekiden::local::dynamodb {

JsonResponse put_item(Session& session, json::object& body);
JsonResponse get_item(Session& session, json::object& body);
JsonResponse delete_item(Session& session, json::object& body);
JsonResponse update_item(Session& session, json::object& body);

}  // namespace ekiden::local::dynamodb
