/// WriteRequest: shared by PutItem, DeleteItem and UpdateItem.
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

/// Reads these members and checks their form. `attributes_member` is "Item" or "Key".
WriteRequest parse_write_request(json::object& body, std::string_view attributes_member);

/// For operations that can return only the old item.
void require_old_or_none(const WriteRequest& request);

/// The request's ConditionExpression, if it has one.
std::optional<Condition> parse_condition(json::object& body, Placeholders& placeholders);

/// The answer if the condition is false. `old` is the item that was compared, or null.
JsonResponse condition_failed(const WriteRequest& request, const StoredItem* old);

}  // namespace ekiden::local::dynamodb
