/// ConditionParser: makes a Condition from tokens, by recursive descent.
#pragma once

#include <cstddef>
#include <string_view>

#include "condition.hpp"

namespace ekiden::local::dynamodb {

class ConditionParser : private ExpressionParser {
 public:
  ConditionParser(Lexer& lexer, Placeholders& placeholders) : ExpressionParser(lexer, placeholders) {}

  Condition parse();

 private:
  using Op = Condition::Op;
  using Node = Condition::Node;

  // Each returns the index of its node. Those of the first group can return an operand in parentheses.
  std::size_t parse_or();
  std::size_t parse_and();
  std::size_t parse_not();
  std::size_t parse_comparison();
  std::size_t parse_operand();
  std::size_t parse_parentheses();
  std::size_t parse_function();
  std::size_t parse_between(std::size_t operand);
  std::size_t parse_in(std::size_t operand);

  void check_function(std::string_view name, const Node& node);
  void check_distinct(std::string_view name, const Node& node);
  void check_ordered(std::string_view name, const Node& node);
  void check_between(const Node& node);
  /// Checks a function other than size().
  void check_operands(const Node& node);
  void require_condition(std::size_t node);

  std::size_t add(Node node);
  void count_operator();
  const Node& node(std::size_t index) const { return condition_.nodes_[index]; }

  Condition condition_;
  int operators_ = 0;
  int depth_ = 0;
  // The tokens of the most recently closed pair of parentheses.
  std::size_t last_opened_ = 0;
  std::size_t last_closed_ = 0;
};

}  // namespace ekiden::local::dynamodb
