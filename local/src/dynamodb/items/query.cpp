#include "query.hpp"

#include <algorithm>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "dynamodb/expressions/key_condition.hpp"
#include "dynamodb/rows/row_source.hpp"
#include "dynamodb/tables/tables.hpp"
#include "page.hpp"

namespace ekiden::local::dynamodb {
namespace {

Key parse_start_key(const Table& table, const Item& start_key) {
  if (start_key.size() != (table.range ? 2U : 1U) || !start_key.contains(table.hash.name) ||
      (table.range && !start_key.contains(table.range->name))) {
    refuse_validation("The provided starting key is invalid");
  }
  return key_of_request(table, start_key);
}

void check_filter(const PageRequest& request, const Table& table) {
  if (!request.filter) {
    return;
  }
  for (const Condition::Node& node : request.filter->nodes()) {
    if (node.op != Condition::Op::kPath) {
      continue;
    }
    const std::string_view name = node.path.front().name;
    if (table.is_key(name)) {
      refuse_validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: " +
                        std::string(name));
    }
  }
}

/// Skips the rows of the previous pages.
void apply_start_key(KeyCondition& condition, const Key& start, bool forward) {
  const bool in_range = start.range >= condition.range.low && start.range < condition.range.high;
  if (condition.restricts_range && !in_range) {
    refuse_validation("The provided starting key does not match the range key predicate");
  }
  if (start.hash != condition.hash) {
    refuse_validation(condition.restricts_range
                          ? "The query can return at most one row and cannot be restarted"
                          : "The provided starting key is outside query boundaries based on provided conditions");
  }
  if (forward) {
    condition.range.low = std::max(condition.range.low, successor(start.range));
  } else {
    condition.range.high = std::min(condition.range.high, start.range);
  }
}

}  // namespace

JsonResponse query(Session& session, json::object& body) {
  refuse_legacy(body, {"KeyConditions", "QueryFilter", "AttributesToGet", "ConditionalOperator"});
  Placeholders placeholders(body, {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"});
  const PageRequest request = parse_page_request(body, placeholders);
  const bool forward = find_bool(body, "ScanIndexForward").value_or(true);
  const auto expression = find_string(body, "KeyConditionExpression");
  if (!expression) {
    refuse_validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const Condition parsed = Condition::parse("KeyConditionExpression", *expression, placeholders);
  placeholders.refuse_unused();

  const Table table = require_table(session.database, request.table_name);
  KeyCondition condition = resolve_key_condition(parsed, table);
  check_paths(request, table);
  check_filter(request, table);
  if (request.start_key != nullptr) {
    apply_start_key(condition, parse_start_key(table, *request.start_key), forward);
  }
  const TableRows source(session.database, table);
  Page page(request, table, body.storage());
  bool more = false;
  {
    Rows rows = source.matching(condition, forward);
    while (!more && rows.next()) {
      more = !page.add(rows) || page.complete();
    }
  }
  return page.finish(source, more);
}

}  // namespace ekiden::local::dynamodb
