/// KeyCondition: which items of one hash key a Query wants.
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
  bool restricts_range = false;  ///< There is a condition on the range key.
};

/// The key condition that an expression means for that table; refuses all others, with AWS's words.
KeyCondition resolve_key_condition(const Condition& condition, const Table& table);

/// The least encoded key after `key`.
std::string successor(std::string_view key);

}  // namespace ekiden::local::dynamodb
