/// The operations that read many items by key.
#pragma once

#include "dynamodb/context.hpp"

namespace ekiden::local::dynamodb {

Answer query(Context& context, json::object& body);
/// In the order of the keys, which on AWS is that of their hashes. Segments take the items by a hash of the hash key.
Answer scan(Context& context, json::object& body);

}  // namespace ekiden::local::dynamodb
