/// Condition: a parsed ConditionExpression, FilterExpression or KeyConditionExpression.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "expression.hpp"

namespace ekiden::local::dynamodb {

/// A tree of nodes that refers to values and paths of one request. The request's JSON must outlive it.
///
/// Limits: 300 operators and functions (DynamoDB Developer Guide, "Quotas"), which also limits the recursion.
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
    DocumentPath path = {};                   ///< For kPath.
    const json::value* value = nullptr;       ///< For kValue.
  };

  /// Rejects invalid conditions, in AWS's words.
  static Condition parse(std::string_view parameter, std::string_view text, Placeholders& placeholders);

  /// A missing item counts as one without attributes.
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
