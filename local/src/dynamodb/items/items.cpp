#include "items.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/expressions/projection.hpp"
#include "dynamodb/expressions/update_expression.hpp"
#include "dynamodb/rows/row_source.hpp"
#include "dynamodb/rows/write_path.hpp"
#include "dynamodb/tables/tables.hpp"
#include "write_request.hpp"

namespace ekiden::local::dynamodb {
namespace {

/// `size` is the size of the new item. Call it after the old item was read.
void add_capacity(AnswerBody& answer, const WriteRequest& request, const Table& table, OldItem& old,
                  std::size_t size = 0) {
  if (request.capacity != Capacity::kNone) {
    const std::size_t old_size = old.stored() != nullptr ? item_size(old.item()) : 0;
    answer.add("ConsumedCapacity",
               capacity_json(request.capacity, table.name, write_half_units(std::max(size, old_size))));
  }
}

void add_old_attributes(AnswerBody& answer, const WriteRequest& request, OldItem& old) {
  if (request.return_values == ReturnValues::kAllOld && old.stored() != nullptr) {
    answer.add("Attributes", old.stored()->json);
  }
}

/// Reads the old item if the answer needs it, and evaluates the condition. Returns true if the change is allowed.
bool allows(const std::optional<Condition>& condition, const WriteRequest& request, OldItem& old) {
  if (request.return_values == ReturnValues::kAllOld || request.capacity != Capacity::kNone) {
    old.stored();
  }
  return !condition || condition->matches(old.item());
}

/// The nesting depth of lists and maps in an attribute.
int depth_of(const json::value& attribute) {
  int deepest = 0;
  if (type_of(attribute) == Type::kL) {
    for (const json::value& element : content_of(attribute).get_array()) {
      deepest = std::max(deepest, 1 + depth_of(element));
    }
  } else if (type_of(attribute) == Type::kM) {
    for (const auto& member : content_of(attribute).get_object()) {
      deepest = std::max(deepest, 1 + depth_of(member.value()));
    }
  }
  return deepest;
}

void check_updated(const Item& item) {
  if (item_size(item) > kItemSizeMax) {
    refuse_validation("Item size to update has exceeded the maximum allowed size");
  }
  for (const auto& member : item) {
    if (depth_of(member.value()) > kNestingMax) {
      refuse_validation("Nesting Levels have exceeded supported limits");
    }
  }
}

void check_keys_untouched(const UpdateExpression& update, const Table& table) {
  for (const UpdateExpression::Action& action : update.actions()) {
    const std::string_view name = action.path.front().name;
    if (table.is_key(name)) {
      refuse_validation("One or more parameter values were invalid: Cannot update attribute " + std::string(name) +
                        ". This attribute is part of the key");
    }
  }
}

std::vector<DocumentPath> paths_of(const std::optional<UpdateExpression>& update) {
  std::vector<DocumentPath> paths;
  if (update) {
    for (const UpdateExpression::Action& action : update->actions()) {
      paths.push_back(action.path);
    }
  }
  return paths;
}

void add_updated_attributes(AnswerBody& answer, ReturnValues wanted, const std::optional<UpdateExpression>& update,
                            const Item& before, const Item& after) {
  Item attributes;
  switch (wanted) {
    case ReturnValues::kNone:
      return;
    case ReturnValues::kAllOld:
      attributes = before;
      break;
    case ReturnValues::kAllNew:
      attributes = after;
      break;
    case ReturnValues::kUpdatedOld:
      attributes = Projection(paths_of(update)).apply(before);
      break;
    case ReturnValues::kUpdatedNew:
      attributes = Projection(paths_of(update)).apply(after);
      break;
  }
  if (!attributes.empty()) {
    answer.add("Attributes", json::serialize(attributes));
  }
}

}  // namespace

JsonResponse put_item(Session& session, json::object& body) {
  const WriteRequest request = parse_write_request(body, "Item");
  Placeholders placeholders(body, {"ConditionExpression"});
  const std::size_t size = check_attributes(*request.attributes);
  require_old_or_none(request);
  if (size > kItemSizeMax) {
    refuse_validation("Item size has exceeded the maximum allowed size");
  }
  const std::optional<Condition> condition = parse_condition(body, placeholders);
  placeholders.refuse_unused();

  const Table table = require_table(session.database, request.table_name);
  const Key key = key_of_item(table, *request.attributes);
  OldItem old(TableRows(session.database, table), key, body.storage());
  if (!allows(condition, request, old)) {
    return condition_failed(request, old.stored());
  }
  session.require_room();
  WritePath writes(session.database, session.effects);
  writes.apply(table, key, old, NewItem{request.attributes, size});
  writes.finish();

  AnswerBody answer;
  add_old_attributes(answer, request, old);
  add_capacity(answer, request, table, old, size);
  return {200, answer.take()};
}

JsonResponse get_item(Session& session, json::object& body) {
  Constraints constraints;
  const auto name = find_string(body, "TableName");
  Item* attributes = find_map(body, "Key");
  constraints.one_of(find_string(body, "ReturnConsumedCapacity"), "returnConsumedCapacity",
                     {"INDEXES", "TOTAL", "NONE"});
  constraints.table_name(name);
  constraints.not_null(attributes != nullptr, "key");
  constraints.enforce();
  const bool consistent = find_bool(body, "ConsistentRead").value_or(false);
  refuse_legacy(body, {"AttributesToGet"});
  Placeholders placeholders(body, {"ProjectionExpression"});
  check_attributes(*attributes);
  const auto expression = find_string(body, "ProjectionExpression");
  const auto projection = expression ? std::optional(Projection::parse(*expression, placeholders)) : std::nullopt;
  placeholders.refuse_unused();

  const Table table = require_table(session.database, *name);
  const Key key = key_of_request(table, *attributes);
  if (projection) {
    check_key_paths(table, projection->paths());
  }
  const std::optional<StoredItem> stored = TableRows(session.database, table).find(key);
  AnswerBody answer;
  std::size_t size = 0;
  const Capacity capacity = capacity_wanted(body);
  if (stored && !projection && capacity == Capacity::kNone) {
    answer.add("Item", stored->json);  // The usual case: returned as stored.
  } else if (stored) {
    const Item item = parse_item(stored->json, body.storage());
    size = item_size(item);
    answer.add("Item", projection ? json::serialize(projection->apply(item)) : stored->json);
  }
  if (capacity != Capacity::kNone) {
    answer.add("ConsumedCapacity", capacity_json(capacity, table.name, read_half_units(size, consistent)));
  }
  return {200, answer.take()};
}

JsonResponse delete_item(Session& session, json::object& body) {
  const WriteRequest request = parse_write_request(body, "Key");
  Placeholders placeholders(body, {"ConditionExpression"});
  check_attributes(*request.attributes);
  require_old_or_none(request);
  const std::optional<Condition> condition = parse_condition(body, placeholders);
  placeholders.refuse_unused();

  const Table table = require_table(session.database, request.table_name);
  const Key key = key_of_request(table, *request.attributes);
  OldItem old(TableRows(session.database, table), key, body.storage());
  if (!allows(condition, request, old)) {
    return condition_failed(request, old.stored());
  }
  WritePath writes(session.database, session.effects);
  writes.apply(table, key, old, NewItem{});
  writes.finish();

  AnswerBody answer;
  add_old_attributes(answer, request, old);
  add_capacity(answer, request, table, old);
  return {200, answer.take()};
}

JsonResponse update_item(Session& session, json::object& body) {
  const WriteRequest request = parse_write_request(body, "Key");
  Placeholders placeholders(body, {"UpdateExpression", "ConditionExpression"});
  check_attributes(*request.attributes);
  const auto expression = find_string(body, "UpdateExpression");
  const auto update = expression ? std::optional(UpdateExpression::parse(*expression, placeholders)) : std::nullopt;
  const std::optional<Condition> condition = parse_condition(body, placeholders);
  placeholders.refuse_unused();

  const Table table = require_table(session.database, request.table_name);
  const Key key = key_of_request(table, *request.attributes);
  if (update) {
    check_keys_untouched(*update, table);
  }
  OldItem old(TableRows(session.database, table), key, body.storage());
  if (!allows(condition, request, old)) {
    return condition_failed(request, old.stored());
  }
  const bool exists = old.stored() != nullptr;
  Item item(exists ? old.item() : *request.attributes, body.storage());
  if (update) {
    update->apply(item);
    check_updated(item);
  }
  const std::size_t size = item_size(item);
  // An update that only removes attributes does not create an item.
  const bool absent = !exists && update && update->only_removes();
  if (!absent) {
    session.require_room();
    WritePath writes(session.database, session.effects);
    writes.apply(table, key, old, NewItem{&item, size});
    writes.finish();
  }
  AnswerBody answer;
  add_updated_attributes(answer, request.return_values, update, old.item(), absent ? Item() : item);
  add_capacity(answer, request, table, old, size);
  return {200, answer.take()};
}

}  // namespace ekiden::local::dynamodb
