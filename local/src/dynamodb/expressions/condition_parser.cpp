#include "condition_parser.hpp"

#include <array>
#include <optional>

namespace ekiden::local::dynamodb {
namespace {

using Op = Condition::Op;

constexpr int kOperatorsMax = 300;
// Limits the stack while parentheses are open. (Parentheses without an operator are rejected only when they are
// closed.)
constexpr int kDepthMax = 300;
constexpr std::size_t kInOperandsMax = 100;

// If there are several errors, AWS reports the first one in this order.
enum Rank { kParentheses, kUnknownFunction, kMisusedFunction, kReserved, kUndefined, kOperandCount, kDistinct, kType };

struct Function {
  std::string_view name;
  Op op;
  std::size_t operands;
};
constexpr std::array<Function, 6> kFunctions{{
    {"attribute_exists", Op::kAttributeExists, 1},
    {"attribute_not_exists", Op::kAttributeNotExists, 1},
    {"attribute_type", Op::kAttributeType, 2},
    {"begins_with", Op::kBeginsWith, 2},
    {"contains", Op::kContains, 2},
    {"size", Op::kSize, 1},
}};

const Function* find_function(std::string_view name) {
  for (const Function& function : kFunctions) {
    if (function.name == name) {
      return &function;
    }
  }
  return nullptr;
}

std::string_view function_name(Op op) {
  for (const Function& function : kFunctions) {
    if (function.op == op) {
      return function.name;
    }
  }
  return {};
}

Op comparator_op(std::string_view symbol) {
  return symbol == "="    ? Op::kEqual
         : symbol == "<>" ? Op::kNotEqual
         : symbol == "<"  ? Op::kLess
         : symbol == "<=" ? Op::kLessOrEqual
         : symbol == ">"  ? Op::kGreater
                          : Op::kGreaterOrEqual;
}

/// The type of a literal operand; nothing if the type is known only with the item.
std::optional<Type> literal_type(const Condition::Node& operand) {
  return operand.op == Op::kValue && operand.value != nullptr ? std::optional(type_of(*operand.value)) : std::nullopt;
}

std::string wrong_type(std::string_view kind, std::string_view name, Type type) {
  return "Incorrect operand type for operator or function; " + std::string(kind) + ": " + std::string(name) +
         ", operand type: " + std::string(type_name(type));
}

}  // namespace

Condition Condition::parse(std::string_view parameter, std::string_view text, Placeholders& placeholders) {
  Lexer lexer(parameter, text);
  return ConditionParser(lexer, placeholders).parse();
}

Condition ConditionParser::parse() {
  const std::size_t root = parse_or();
  if (!lexer_.at_end()) {
    lexer_.refuse_syntax();
  }
  require_condition(root);
  enforce();
  condition_.root_ = root;
  return std::move(condition_);
}

std::size_t ConditionParser::add(Node node) {
  condition_.nodes_.push_back(std::move(node));
  return condition_.nodes_.size() - 1;
}

void ConditionParser::count_operator() {
  if (++operators_ > kOperatorsMax) {
    lexer_.refuse("The expression contains too many operators; operator count: " + std::to_string(operators_));
  }
}

void ConditionParser::require_condition(std::size_t index) {
  if (node(index).op == Op::kSize) {
    note(kMisusedFunction, "The function is not allowed to be used this way in an expression; function: size");
  } else if (is_operand(node(index).op)) {
    lexer_.refuse_syntax();
  }
}

std::size_t ConditionParser::parse_or() {
  std::size_t left = parse_and();
  while (lexer_.at_keyword("OR")) {
    require_condition(left);
    lexer_.next();
    count_operator();
    const std::size_t right = parse_and();
    require_condition(right);
    left = add({Op::kOr, {left, right}});
  }
  return left;
}

std::size_t ConditionParser::parse_and() {
  std::size_t left = parse_not();
  while (lexer_.at_keyword("AND")) {
    require_condition(left);
    lexer_.next();
    count_operator();
    const std::size_t right = parse_not();
    require_condition(right);
    left = add({Op::kAnd, {left, right}});
  }
  return left;
}

std::size_t ConditionParser::parse_not() {
  if (!lexer_.accept_keyword("NOT")) {
    return parse_comparison();
  }
  count_operator();
  const std::size_t inner = parse_not();
  require_condition(inner);
  return add({Op::kNot, {inner}});
}

std::size_t ConditionParser::parse_comparison() {
  const std::size_t left = lexer_.at_symbol("(") ? parse_parentheses() : parse_operand();
  const bool continues = is_comparator(lexer_.peek()) || lexer_.at_keyword("BETWEEN") || lexer_.at_keyword("IN");
  if (!continues) {
    return left;
  }
  if (!is_operand(node(left).op) && function_name(node(left).op).empty()) {
    lexer_.refuse_syntax();  // `(a = b) = c`
  }
  count_operator();
  if (lexer_.accept_keyword("BETWEEN")) {
    return parse_between(left);
  }
  if (lexer_.accept_keyword("IN")) {
    return parse_in(left);
  }
  const std::string_view symbol = lexer_.next().text;
  const std::size_t right = parse_operand();
  const Node comparison{comparator_op(symbol), {left, right}};
  check_operands(comparison);
  check_distinct(symbol, comparison);
  if (comparison.op != Op::kEqual && comparison.op != Op::kNotEqual) {
    check_ordered(symbol, comparison);
  }
  return add(comparison);
}

std::size_t ConditionParser::parse_parentheses() {
  if (++depth_ > kDepthMax) {
    lexer_.refuse("The expression is nested too deeply; nesting levels: " + std::to_string(depth_));
  }
  const std::size_t opened = lexer_.position();
  lexer_.expect_symbol("(");
  const std::size_t inner = parse_or();
  const std::size_t closed = lexer_.position();
  lexer_.expect_symbol(")");
  if (last_opened_ == opened + 1 && last_closed_ + 1 == closed) {
    note(kParentheses, "The expression has redundant parentheses;");
  }
  last_opened_ = opened;
  last_closed_ = closed;
  --depth_;
  return inner;
}

std::size_t ConditionParser::parse_operand() {
  if (lexer_.at_symbol("(")) {
    const std::size_t inner = parse_parentheses();
    if (!is_operand(node(inner).op)) {
      lexer_.refuse_syntax();
    }
    return inner;
  }
  if (lexer_.peek().kind == Token::Kind::kValueRef) {
    const json::value* value = parse_value(kUndefined);
    return add({Op::kValue, {}, {}, value});
  }
  if (lexer_.peek().kind == Token::Kind::kName && lexer_.at_symbol("(", 1)) {
    return parse_function();
  }
  return add({Op::kPath, {}, parse_path({kReserved, kUndefined})});
}

std::size_t ConditionParser::parse_function() {
  if (++depth_ > kDepthMax) {
    lexer_.refuse("The expression is nested too deeply; nesting levels: " + std::to_string(depth_));
  }
  const std::string_view name = lexer_.next().text;
  lexer_.expect_symbol("(");
  count_operator();
  std::vector<std::size_t> arguments;
  do {
    arguments.push_back(parse_operand());
  } while (lexer_.accept_symbol(","));
  lexer_.expect_symbol(")");
  --depth_;
  const Function* function = find_function(name);
  if (function == nullptr) {
    note(kUnknownFunction, "Invalid function name; function: " + std::string(name));
    // A placeholder node until the error is reported.
    return add({Op::kContains, std::move(arguments)});
  }
  Node call{function->op, std::move(arguments)};
  if (call.arguments.size() != function->operands) {
    note(kOperandCount, "Incorrect number of operands for operator or function; operator or function: " +
                            std::string(name) + ", number of operands: " + std::to_string(call.arguments.size()));
  } else {
    check_operands(call);
    check_distinct(name, call);
    check_function(name, call);
  }
  return add(std::move(call));
}

std::size_t ConditionParser::parse_between(std::size_t operand) {
  const std::size_t low = parse_operand();
  if (!lexer_.accept_keyword("AND")) {
    lexer_.refuse_syntax();
  }
  const std::size_t high = parse_operand();
  Node between{Op::kBetween, {operand, low, high}};
  check_operands(between);
  check_between(between);
  return add(std::move(between));
}

std::size_t ConditionParser::parse_in(std::size_t operand) {
  lexer_.expect_symbol("(");
  Node in{Op::kIn, {operand}};
  do {
    in.arguments.push_back(parse_operand());
  } while (lexer_.accept_symbol(","));
  lexer_.expect_symbol(")");
  if (in.arguments.size() - 1 > kInOperandsMax) {
    note(kOperandCount,
         "Incorrect number of operands for operator or function; operator or function: IN, number of operands: " +
             std::to_string(in.arguments.size()));
  }
  check_operands(in);
  return add(std::move(in));
}

void ConditionParser::check_operands(const Node& parent) {
  for (const std::size_t argument : parent.arguments) {
    const Node& operand = node(argument);
    if (!is_operand(operand.op)) {
      note(kMisusedFunction, "The function is not allowed to be used this way in an expression; function: " +
                                 std::string(function_name(operand.op)));
    }
  }
}

void ConditionParser::check_distinct(std::string_view name, const Node& parent) {
  if (parent.arguments.size() != 2) {
    return;
  }
  const Node& first = node(parent.arguments[0]);
  const Node& second = node(parent.arguments[1]);
  if (first.op == Op::kPath && second.op == Op::kPath && first.path == second.path) {
    note(kDistinct,
         "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
             std::string(name) + ", first operand: " + describe(first.path));
  }
}

void ConditionParser::check_ordered(std::string_view name, const Node& parent) {
  for (const std::size_t argument : parent.arguments) {
    const std::optional<Type> type = literal_type(node(argument));
    if (type && *type != Type::kS && *type != Type::kN && *type != Type::kB) {
      note(kType, wrong_type("operator", name, *type));
    }
  }
}

void ConditionParser::check_function(std::string_view name, const Node& call) {
  const Node& first = node(call.arguments.front());
  const Node& last = node(call.arguments.back());
  switch (call.op) {
    case Op::kAttributeExists:
    case Op::kAttributeNotExists:
      if (first.op != Op::kPath) {
        note(kType, "Operator or function requires a document path; operator or function: " + std::string(name));
      }
      return;
    case Op::kBeginsWith:
      for (const std::size_t argument : call.arguments) {
        const std::optional<Type> type = literal_type(node(argument));
        if (type && *type != Type::kS && *type != Type::kB) {
          note(kType, wrong_type("operator or function", name, *type));
        }
      }
      return;
    case Op::kAttributeType: {
      const std::optional<Type> type = literal_type(last);
      if (!type) {
        note(kType,
             "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: "
             "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
      } else if (*type != Type::kS) {
        note(kType, wrong_type("operator or function", name, *type));
      } else if (!type_named(text_of(*last.value))) {
        note(kType, "Invalid attribute type name found; type: " + std::string(text_of(*last.value)) +
                        ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
      }
      return;
    }
    case Op::kSize: {
      const std::optional<Type> type = literal_type(first);
      if (type == Type::kN || type == Type::kBOOL || type == Type::kNULL) {
        note(kType, wrong_type("operator or function", name, *type));
      }
      return;
    }
    default:
      return;
  }
}

void ConditionParser::check_between(const Node& between) {
  const Node& low = node(between.arguments[1]);
  const Node& high = node(between.arguments[2]);
  const std::optional<Type> low_type = literal_type(low);
  const std::optional<Type> high_type = literal_type(high);
  if (!low_type || !high_type) {
    return;
  }
  const std::string bounds = "lower bound operand: AttributeValue: " + describe(*low.value) +
                             ", upper bound operand: AttributeValue: " + describe(*high.value);
  if (*low_type != *high_type) {
    note(kType, "The BETWEEN operator requires same data type for lower and upper bounds; " + bounds);
  } else if (const auto order = compare(*low.value, *high.value); order && *order == std::strong_ordering::greater) {
    note(kType, "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " + bounds);
  }
}

}  // namespace ekiden::local::dynamodb
