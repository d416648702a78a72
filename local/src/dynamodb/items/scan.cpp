#include <cstdint>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "dynamodb/rows/row_source.hpp"
#include "dynamodb/tables/tables.hpp"
#include "page.hpp"
#include "query.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::int64_t kSegmentsMax = 1'000'000;  // API Reference, Scan.

struct Segment {
  std::int64_t index = 0;
  std::int64_t total = 1;

  bool has(std::string_view hash_key) const {
    if (total == 1) {
      return true;
    }
    // FNV-1a, because std::hash differs between implementations.
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : hash_key) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return static_cast<std::int64_t>((hash >> 16U) % static_cast<std::uint64_t>(total)) == index;
  }
};

Segment parse_segment(json::object& body) {
  const auto index = find_integer(body, "Segment");
  const auto total = find_integer(body, "TotalSegments");
  Constraints constraints;
  constraints.at_least(total, "totalSegments", 1);
  constraints.at_most(total, "totalSegments", kSegmentsMax);
  constraints.at_least(index, "segment", 0);
  constraints.enforce();
  if (index && !total) {
    refuse_validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  }
  if (total && !index) {
    refuse_validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  }
  if (total && *index >= *total) {
    refuse_validation("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                      std::to_string(*index) + " is not less than TotalSegments: " + std::to_string(*total));
  }
  return total ? Segment{*index, *total} : Segment{};
}

Key parse_start_key(const Table& table, const Item& start_key) {
  try {
    return key_of_request(table, start_key);
  } catch (DynamoDbRefusal& refusal) {
    refusal.message = "The provided starting key is invalid: " + refusal.message;
    throw;
  }
}

}  // namespace

JsonResponse scan(Session& session, json::object& body) {
  refuse_legacy(body, {"ScanFilter", "AttributesToGet", "ConditionalOperator"});
  Placeholders placeholders(body, {"ProjectionExpression", "FilterExpression"});
  const PageRequest request = parse_page_request(body, placeholders);
  const Segment segment = parse_segment(body);
  placeholders.refuse_unused();

  const Table table = require_table(session.database, request.table_name);
  Key start;  // Empty: before every key, because a hash key is never empty.
  if (request.start_key != nullptr) {
    start = parse_start_key(table, *request.start_key);
    if (!segment.has(start.hash)) {
      refuse_validation(
          "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
          "Segment. TotalSegments: " +
          std::to_string(segment.total) + " Segment: " + std::to_string(segment.index));
    }
  }
  check_paths(request, table);
  const TableRows source(session.database, table);
  Page page(request, table, body.storage());
  bool more = false;
  {
    Rows rows = source.after(start);
    while (!more && rows.next()) {
      if (segment.has(rows.hash_key())) {
        more = !page.add(rows) || page.complete();
      }
    }
  }
  return page.finish(source, more);
}

}  // namespace ekiden::local::dynamodb
