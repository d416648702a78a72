/// Condition: a ConditionExpression, FilterExpression or KeyConditionExpression, parsed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "expression.hpp"

namespace ekiden::local::dynamodb {

/// A tree of nodes over the values and paths of one request, whose JSON must outlive it.
///
/// Limits: 300 operators and functions (DynamoDB Developer Guide, "Quotas"), which bounds every recursion.
class Condition {
 public:
  enum class Op : std::uint8_t {
    // Operands.
    kPath,
    kValue,
    kSize,
    // Conditions.
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kBetween,
    kIn,
    kAnd,
    kOr,
    kNot,
    kAttributeExists,
    kAttributeNotExists,
    kAttributeType,
    kBeginsWith,
    kContains,
  };
  struct Node {
    Op op;
    std::vector<std::size_t> arguments = {};  ///< Indices into nodes().
    DocumentPath path = {};                   ///< Of a kPath.
    const json::value* value = nullptr;       ///< Of a kValue.
  };

  /// Refuses, with AWS's words, what is not a condition.
  static Condition parse(std::string_view parameter, std::string_view text, Placeholders& placeholders);

  /// An absent item has no attributes.
  bool matches(const Item& item) const;

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& root() const { return nodes_[root_]; }

 private:
  friend class ConditionParser;

  std::vector<Node> nodes_;
  std::size_t root_ = 0;
};

inline bool is_operand(Condition::Op op) { return op <= Condition::Op::kSize; }

}  // namespace ekiden::local::dynamodb
