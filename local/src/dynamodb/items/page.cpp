#include "page.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kPageSizeMax = 1024 * 1024;

void check_select(std::string_view select, bool projected) {
  if (select == "ALL_PROJECTED_ATTRIBUTES") {
    refuse_validation(
        "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an "
        "IndexName");
  }
  if (select == "SPECIFIC_ATTRIBUTES" && !projected) {
    refuse_validation(
        "One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression when "
        "choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (projected && select == "COUNT") {
    refuse_validation("Cannot specify the ProjectionExpression when choosing to get only the Count");
  }
  if (projected && select == "ALL_ATTRIBUTES") {
    refuse_validation("Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES");
  }
}

/// AWS reports some of its errors as those of a starting key, and others unchanged.
void check_start_key(Item& start_key) {
  try {
    check_attributes(start_key);
  } catch (DynamoDbRefusal& refusal) {
    const auto mentions = [&](std::string_view text) { return refusal.message.find(text) != std::string::npos; };
    if (refusal.type.ends_with("ValidationException") && !mentions("contains duplicates") && !mentions("number set") &&
        !mentions("numeric value") && !mentions("significant digits") && !mentions("number with magnitude")) {
      refusal.message = "The provided starting key is invalid: " + refusal.message;
    }
    throw;
  }
}

}  // namespace

PageRequest parse_page_request(json::object& body, Placeholders& placeholders) {
  PageRequest request;
  Constraints constraints;
  const auto select = find_string(body, "Select");
  const auto name = find_string(body, "TableName");
  const auto limit = find_integer(body, "Limit");
  constraints.one_of(select, "select", {"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"});
  constraints.one_of(find_string(body, "ReturnConsumedCapacity"), "returnConsumedCapacity",
                     {"INDEXES", "TOTAL", "NONE"});
  constraints.table_name(name);
  constraints.at_least(limit, "limit", 1);
  constraints.enforce();
  if (const auto index = find_string(body, "IndexName")) {
    refuse_validation("The table does not have the specified index: " + std::string(*index));
  }
  request.table_name = *name;
  request.limit = limit.value_or(0);
  request.consistent = find_bool(body, "ConsistentRead").value_or(false);
  request.capacity = capacity_wanted(body);
  request.start_key = find_map(body, "ExclusiveStartKey");
  if (request.start_key != nullptr) {
    check_start_key(*request.start_key);
  }
  if (const auto filter = find_string(body, "FilterExpression")) {
    request.filter = Condition::parse("FilterExpression", *filter, placeholders);
  }
  if (const auto projection = find_string(body, "ProjectionExpression")) {
    request.projection = Projection::parse(*projection, placeholders);
  }
  check_select(select.value_or(""), request.projection.has_value());
  request.count_only = select == "COUNT";
  return request;
}

void check_paths(const PageRequest& request, const Table& table) {
  if (request.projection) {
    check_key_paths(table, request.projection->paths());
  }
  if (request.filter) {
    for (const Condition::Node& node : request.filter->nodes()) {
      if (node.op == Condition::Op::kPath) {
        check_key_paths(table, std::span(&node.path, 1));
      }
    }
  }
}

bool Page::add(const Rows& rows) {
  const std::size_t size = rows.size();
  if (scanned_ != 0 && size_ + size > kPageSizeMax) {
    return false;
  }
  size_ += size;
  ++scanned_;
  last_.hash.assign(rows.hash_key());
  last_.range.assign(rows.range_key());
  if (!request_.filter && (request_.count_only || !request_.projection)) {
    ++matched_;
    if (!request_.count_only) {
      items_.append(items_.empty() ? "" : ",").append(rows.item());  // As stored.
    }
    return true;
  }
  json::monotonic_resource row;
  const Item item = parse_item(rows.item(), &row);
  if (request_.filter && !request_.filter->matches(item)) {
    return true;
  }
  ++matched_;
  if (!request_.count_only) {
    items_ += items_.empty() ? "" : ",";
    if (request_.projection) {
      items_ += json::serialize(request_.projection->apply(item));
    } else {
      items_ += rows.item();
    }
  }
  return true;
}

JsonResponse Page::finish(const RowSource& source, bool more) {
  AnswerBody answer;
  if (!request_.count_only) {
    answer.add("Items", "[" + items_ + "]");
  }
  answer.add("Count", std::to_string(matched_)).add("ScannedCount", std::to_string(scanned_));
  if (more) {
    const std::optional<StoredItem> last = source.find(last_);
    answer.add("LastEvaluatedKey",
               json::serialize(key_attributes(table_, parse_item(last ? last->json : "{}", storage_))));
  }
  if (request_.capacity != Capacity::kNone) {
    answer.add("ConsumedCapacity",
               capacity_json(request_.capacity, table_.name, read_half_units(size_, request_.consistent)));
  }
  return {200, answer.take()};
}

}  // namespace ekiden::local::dynamodb
