/// WriteRequest: what PutItem, DeleteItem and UpdateItem have in common.
#pragma once

#include <optional>
#include <string_view>

#include "dynamodb/api/operation.hpp"
#include "dynamodb/api/request.hpp"
#include "dynamodb/expressions/condition.hpp"
#include "dynamodb/rows/row_source.hpp"

namespace ekiden::local::dynamodb {

enum class ReturnValues { kNone, kAllOld, kUpdatedOld, kAllNew, kUpdatedNew };

struct WriteRequest {
  std::string_view table_name;
  Item* attributes = nullptr;  ///< The item or the key.
  ReturnValues return_values = ReturnValues::kNone;
  bool return_on_failure = false;  ///< ReturnValuesOnConditionCheckFailure is ALL_OLD.
  Capacity capacity = Capacity::kNone;
};

/// Reads and checks the shape of those members; `attributes_member` is "Item" or "Key".
WriteRequest parse_write_request(json::object& body, std::string_view attributes_member);

/// For the operations that can return the old item only.
void require_old_or_none(const WriteRequest& request);

/// The request's ConditionExpression, if it has one.
std::optional<Condition> parse_condition(json::object& body, Placeholders& placeholders);

/// The answer to a condition that did not hold. `old` is the item that it was judged by, or null.
JsonResponse condition_failed(const WriteRequest& request, const StoredItem* old);

}  // namespace ekiden::local::dynamodb
