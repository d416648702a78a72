/// Page: the answer of one Query or Scan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dynamodb/api/operation.hpp"
#include "dynamodb/expressions/condition.hpp"
#include "dynamodb/expressions/projection.hpp"
#include "dynamodb/rows/row_source.hpp"

namespace ekiden::local::dynamodb {

/// Shared by Query and Scan: the table, what to return, and how much.
struct PageRequest {
  std::string_view table_name;
  std::optional<Condition> filter;
  std::optional<Projection> projection;
  Item* start_key = nullptr;  ///< ExclusiveStartKey.
  std::int64_t limit = 0;     ///< 0: as much as fits into a page.
  bool count_only = false;
  bool consistent = false;
  Capacity capacity = Capacity::kNone;
};

/// Reads and checks these members, including the filter and the projection.
PageRequest parse_page_request(json::object& body, Placeholders& placeholders);

/// Rejects a projection or a filter with a path inside a key attribute.
void check_paths(const PageRequest& request, const Table& table);

/// Collects the rows of a page.
///
/// Limits: 1 MB of items, counted before the filter (API Reference, Query).
class Page {
 public:
  Page(const PageRequest& request, const Table& table, json::storage_ptr storage)
      : request_(request), table_(table), storage_(std::move(storage)) {}

  /// Adds the current row of `rows`. Returns false if the page was already full.
  bool add(const Rows& rows);
  /// True if the limit is reached, so that the next row need not be read.
  bool complete() const { return request_.limit != 0 && scanned_ == request_.limit; }

  /// The answer. `source`: the source of the rows. `more`: the page ended for another reason than the last row.
  JsonResponse finish(const RowSource& source, bool more);

 private:
  const PageRequest& request_;
  const Table& table_;
  json::storage_ptr storage_;
  Key last_;
  std::string items_;
  std::int64_t scanned_ = 0;
  std::int64_t matched_ = 0;
  std::size_t size_ = 0;
};

}  // namespace ekiden::local::dynamodb
