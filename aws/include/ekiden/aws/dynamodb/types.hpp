/// Types of the requests and answers of DynamoDB.
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::aws::dynamodb {

/// Puts and deletes of one BatchWriteItem. Source: DynamoDB API Reference, "BatchWriteItem".
inline constexpr std::size_t kBatchWriteMax = 25;
/// Keys of one BatchGetItem. Source: DynamoDB API Reference, "BatchGetItem".
inline constexpr std::size_t kBatchGetMax = 100;

/// A key attribute and its type: "S", "N" or "B".
struct KeyAttribute {
  std::string name;
  std::string type = "S";
  bool operator==(const KeyAttribute&) const = default;
};

struct TableDescription {
  std::string name;
  std::string status;  ///< "ACTIVE", "CREATING", ...
  std::string arn;
  std::vector<KeyAttribute> key;  ///< The hash key, then the range key if there is one.
  std::int64_t item_count = 0;    ///< AWS updates it about every six hours.

  std::vector<std::string> key_attributes() const;
};

/// An expression with the values of its #names and :values.
struct Expression {
  std::string text;
  std::map<std::string, std::string> names{};
  Item values{};  ///< By placeholder: ":v".
};

struct QueryRequest {
  std::string table;
  Expression condition;  ///< KeyConditionExpression: "user_id = :u".
  std::optional<std::string> filter{};
  bool forward = true;
  std::optional<int> limit{};
  Item start_key{};  ///< The last_key of the previous page; empty: from the start.
};

struct ScanRequest {
  std::string table;
  bool count_only = false;
  std::optional<int> limit{};
  Item start_key{};
};

/// One page of a query or a scan, of at most 1 MB.
struct Page {
  std::vector<Item> items;
  std::int64_t count = 0;
  Item last_key;  ///< Empty on the last page.
};

}  // namespace ekiden::aws::dynamodb
