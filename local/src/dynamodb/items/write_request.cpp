#include "write_request.hpp"

#include "dynamodb/api/errors.hpp"

namespace ekiden::local::dynamodb {
namespace {

ReturnValues return_values_named(std::string_view name) {
  return name == "ALL_OLD"       ? ReturnValues::kAllOld
         : name == "UPDATED_OLD" ? ReturnValues::kUpdatedOld
         : name == "ALL_NEW"     ? ReturnValues::kAllNew
         : name == "UPDATED_NEW" ? ReturnValues::kUpdatedNew
                                 : ReturnValues::kNone;
}

}  // namespace

WriteRequest parse_write_request(json::object& body, std::string_view attributes_member) {
  WriteRequest request;
  Constraints constraints;
  const auto name = find_string(body, "TableName");
  const auto return_values = find_string(body, "ReturnValues");
  const auto on_failure = find_string(body, "ReturnValuesOnConditionCheckFailure");
  request.attributes = find_map(body, attributes_member);
  constraints.one_of(find_string(body, "ReturnConsumedCapacity"), "returnConsumedCapacity",
                     {"INDEXES", "TOTAL", "NONE"});
  constraints.table_name(name);
  constraints.one_of(find_string(body, "ReturnItemCollectionMetrics"), "returnItemCollectionMetrics", {"SIZE", "NONE"});
  constraints.one_of(return_values, "returnValues", {"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"});
  constraints.one_of(on_failure, "returnValuesOnConditionCheckFailure", {"ALL_OLD", "NONE"});
  constraints.not_null(request.attributes != nullptr, attributes_member == "Key" ? "key" : "item");
  constraints.enforce();
  refuse_legacy(body, {"Expected", "AttributeUpdates", "ConditionalOperator"});
  request.table_name = *name;
  request.return_values = return_values_named(return_values.value_or("NONE"));
  request.return_on_failure = on_failure == "ALL_OLD";
  request.capacity = capacity_wanted(body);
  return request;
}

void require_old_or_none(const WriteRequest& request) {
  if (request.return_values != ReturnValues::kNone && request.return_values != ReturnValues::kAllOld) {
    refuse_validation("ReturnValues can only be ALL_OLD or NONE");
  }
}

std::optional<Condition> parse_condition(json::object& body, Placeholders& placeholders) {
  const auto text = find_string(body, "ConditionExpression");
  return text ? std::optional(Condition::parse("ConditionExpression", *text, placeholders)) : std::nullopt;
}

JsonResponse condition_failed(const WriteRequest& request, const StoredItem* old) {
  AnswerBody body;
  body.text("__type", kConditionalCheckFailed).text("message", "The conditional request failed");
  if (request.return_on_failure && old != nullptr) {
    body.add("Item", old->json);
  }
  return {400, body.take()};
}

}  // namespace ekiden::local::dynamodb
