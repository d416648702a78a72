/// KeyCondition: selects the items of a Query: one hash key, and a range of range keys.
#pragma once

#include <string_view>

#include "condition.hpp"
#include "dynamodb/values/table.hpp"

namespace ekiden::local::dynamodb {

/// A half-open interval of encoded range keys: [low, high).
struct KeyRange {
  std::string low;
  std::string high;
};

struct KeyCondition {
  std::string hash;  ///< Encoded.
  KeyRange range;
  bool restricts_range = false;  ///< True if there is a condition on the range key.
};

/// Converts an expression to the key condition of the table. Rejects other conditions, in AWS's words.
KeyCondition resolve_key_condition(const Condition& condition, const Table& table);

/// The smallest encoded key greater than `key`.
std::string successor(std::string_view key);

}  // namespace ekiden::local::dynamodb
