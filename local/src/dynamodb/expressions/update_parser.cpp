// Makes an UpdateExpression from tokens, by recursive descent.
#include <array>
#include <optional>

#include "update_expression.hpp"

namespace ekiden::local::dynamodb {
namespace {

using Operand = UpdateExpression::Operand;
using Section = UpdateExpression::Section;

constexpr int kOperatorsMax = 300;
constexpr int kDepthMax = 300;

// If there are several errors, AWS reports the first one in this order.
enum Rank {
  kReserved,
  kUnknownFunction,
  kSection,
  kUndefinedName,
  kUndefinedValue,
  kOverlap,
  kConflict,
  kOperand,
  kType
};

constexpr std::array<std::string_view, 4> kSections{"SET", "REMOVE", "ADD", "DELETE"};

}  // namespace

class UpdateParser : private ExpressionParser {
 public:
  UpdateParser(Lexer& lexer, Placeholders& placeholders) : ExpressionParser(lexer, placeholders) {}

  UpdateExpression parse() {
    do {
      parse_section();
    } while (!lexer_.at_end());
    enforce();
    return std::move(result_);
  }

 private:
  void parse_section();
  void parse_action(Section section);
  std::size_t parse_sum();
  std::size_t parse_operand();
  std::size_t parse_function();
  void check_function(std::string_view name, const Operand& call);
  void check_set_operand(Section section, const Operand& operand);
  void check_path(const DocumentPath& path);
  void count_operator();

  std::size_t add(Operand operand) {
    result_.operands_.push_back(std::move(operand));
    return result_.operands_.size() - 1;
  }
  std::optional<Type> literal_type(std::size_t index) const {
    const Operand& operand = result_.operands_[index];
    return operand.kind == Operand::Kind::kValue && operand.value != nullptr ? std::optional(type_of(*operand.value))
                                                                             : std::nullopt;
  }

  UpdateExpression result_;
  std::array<bool, kSections.size()> seen_{};
  int operators_ = 0;
  int depth_ = 0;
};

UpdateExpression UpdateExpression::parse(std::string_view text, Placeholders& placeholders) {
  Lexer lexer("UpdateExpression", text);
  return UpdateParser(lexer, placeholders).parse();
}

void UpdateParser::count_operator() {
  if (++operators_ > kOperatorsMax) {
    lexer_.refuse("The expression contains too many operators; operator count: " + std::to_string(operators_));
  }
}

void UpdateParser::parse_section() {
  std::size_t section = 0;
  while (section < kSections.size() && !lexer_.at_keyword(kSections[section])) {
    ++section;
  }
  if (section == kSections.size()) {
    lexer_.refuse_syntax();
  }
  lexer_.next();
  if (seen_[section]) {
    note(kSection,
         "The \"" + std::string(kSections[section]) + "\" section can only be used once in an update expression;");
  }
  seen_[section] = true;
  do {
    count_operator();
    parse_action(static_cast<Section>(section));
  } while (lexer_.accept_symbol(","));
}

void UpdateParser::parse_action(Section section) {
  UpdateExpression::Action action{section, parse_path({kReserved, kUndefinedName})};
  check_path(action.path);
  if (section == Section::kSet) {
    lexer_.expect_symbol("=");
    action.operand = parse_sum();
  } else if (section != Section::kRemove) {
    const json::value* value = parse_value(kUndefinedValue);
    action.operand = add({Operand::Kind::kValue, {}, {}, value});
    check_set_operand(section, result_.operands_.back());
  }
  result_.actions_.push_back(std::move(action));
}

std::size_t UpdateParser::parse_sum() {
  const std::size_t left = parse_operand();
  const bool plus = lexer_.at_symbol("+");
  if (!plus && !lexer_.at_symbol("-")) {
    return left;
  }
  const std::string_view symbol = lexer_.next().text;
  count_operator();
  const std::size_t right = parse_operand();
  Operand sum{plus ? Operand::Kind::kPlus : Operand::Kind::kMinus, {left, right}};
  check_function(symbol, sum);
  return add(std::move(sum));
}

std::size_t UpdateParser::parse_operand() {
  if (++depth_ > kDepthMax) {
    lexer_.refuse("The expression is nested too deeply; nesting levels: " + std::to_string(depth_));
  }
  std::size_t operand = 0;
  if (lexer_.accept_symbol("(")) {
    operand = parse_sum();
    lexer_.expect_symbol(")");
  } else if (lexer_.peek().kind == Token::Kind::kValueRef) {
    const json::value* value = parse_value(kUndefinedValue);
    operand = add({Operand::Kind::kValue, {}, {}, value});
  } else if (lexer_.peek().kind == Token::Kind::kName && lexer_.at_symbol("(", 1)) {
    operand = parse_function();
  } else {
    operand = add({Operand::Kind::kPath, {}, parse_path({kReserved, kUndefinedName})});
  }
  --depth_;
  return operand;
}

std::size_t UpdateParser::parse_function() {
  const std::string_view name = lexer_.next().text;
  lexer_.expect_symbol("(");
  count_operator();
  Operand call{Operand::Kind::kIfNotExists};
  do {
    call.arguments.push_back(parse_operand());
  } while (lexer_.accept_symbol(","));
  lexer_.expect_symbol(")");
  if (name == "list_append") {
    call.kind = Operand::Kind::kListAppend;
  } else if (name != "if_not_exists") {
    note(kUnknownFunction, "Invalid function name; function: " + std::string(name));
    return add(std::move(call));
  }
  if (call.arguments.size() != 2) {
    note(kType, "Incorrect number of operands for operator or function; operator or function: " + std::string(name) +
                    ", number of operands: " + std::to_string(call.arguments.size()));
  } else {
    check_function(name, call);
  }
  return add(std::move(call));
}

void UpdateParser::check_function(std::string_view name, const Operand& call) {
  if (call.kind == Operand::Kind::kIfNotExists) {
    if (result_.operands_[call.arguments[0]].kind != Operand::Kind::kPath) {
      note(kType, "Operator or function requires a document path; operator or function: " + std::string(name));
    }
    return;
  }
  const Type wanted = call.kind == Operand::Kind::kListAppend ? Type::kL : Type::kN;
  for (const std::size_t argument : call.arguments) {
    const std::optional<Type> type = literal_type(argument);
    if (type && *type != wanted) {
      note(kType, "Incorrect operand type for operator or function; operator or function: " + std::string(name) +
                      ", operand type: " + std::string(type_name(*type)));
    }
  }
}

void UpdateParser::check_set_operand(Section section, const Operand& operand) {
  if (operand.value == nullptr) {
    return;
  }
  const Type type = type_of(*operand.value);
  if (type == Type::kSS || type == Type::kNS || type == Type::kBS || (section == Section::kAdd && type == Type::kN)) {
    return;
  }
  // In the order of Type. Sets are handled before.
  constexpr std::array<std::string_view, 10> kNames{"STRING", "NUMBER", "BINARY", "SET",     "SET",
                                                    "SET",    "MAP",    "LIST",   "BOOLEAN", "NULL"};
  note(kOperand, "Incorrect operand type for operator or function; operator: " +
                     std::string(kSections[static_cast<std::size_t>(section)]) +
                     ", operand type: " + std::string(kNames[static_cast<std::size_t>(type)]));
}

void UpdateParser::check_path(const DocumentPath& path) {
  for (const UpdateExpression::Action& action : result_.actions_) {
    const PathClash clash = clash_of(action.path, path);
    if (clash != PathClash::kNone) {
      note(clash == PathClash::kOverlap ? kOverlap : kConflict,
           std::string("Two document paths ") + (clash == PathClash::kOverlap ? "overlap" : "conflict") +
               " with each other; must remove or rewrite one of these paths; path one: " + describe(action.path) +
               ", path two: " + describe(path));
    }
  }
}

}  // namespace ekiden::local::dynamodb
