/// The operations on one item.
#pragma once

#include "dynamodb/context.hpp"

namespace ekiden::local::dynamodb {

Answer put_item(Context& context, json::object& body);
Answer get_item(Context& context, json::object& body);
Answer delete_item(Context& context, json::object& body);
Answer update_item(Context& context, json::object& body);

}  // namespace ekiden::local::dynamodb
