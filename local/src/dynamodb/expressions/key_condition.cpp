#include "key_condition.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "dynamodb/api/errors.hpp"

namespace ekiden::local::dynamodb {
namespace {

using Op = Condition::Op;
using Node = Condition::Node;

/// One condition on one attribute.
struct Term {
  std::string_view attribute;
  Op op;
  std::vector<const json::value*> values;
};

std::string_view refused_operator(Op op) {
  switch (op) {
    case Op::kOr:
      return "OR";
    case Op::kNot:
      return "NOT";
    case Op::kIn:
      return "IN";
    case Op::kNotEqual:
      return "<>";
    case Op::kAttributeExists:
      return "attribute_exists";
    case Op::kAttributeNotExists:
      return "attribute_not_exists";
    case Op::kAttributeType:
      return "attribute_type";
    case Op::kContains:
      return "contains";
    default:
      return {};
  }
}

/// `:v < key` means `key > :v`.
Op mirrored(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessOrEqual:
      return Op::kGreaterOrEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterOrEqual:
      return Op::kLessOrEqual;
    default:
      return op;
  }
}

class TermCollector {
 public:
  explicit TermCollector(const Condition& condition) : condition_(condition) {}

  std::vector<Term> collect() {
    visit(condition_.root());
    return std::move(terms_);
  }

 private:
  void visit(const Node& node) {
    if (const std::string_view name = refused_operator(node.op); !name.empty()) {
      refuse_validation("Invalid operator used in KeyConditionExpression: " + std::string(name));
    }
    if (node.op == Op::kAnd) {
      visit(condition_.nodes()[node.arguments[0]]);
      visit(condition_.nodes()[node.arguments[1]]);
      return;
    }
    add_term(node);
  }

  void add_term(const Node& node) {
    Term term{{}, node.op, {}};
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
      const Node& operand = condition_.nodes()[node.arguments[i]];
      if (operand.op == Op::kSize) {
        refuse_validation("KeyConditionExpressions cannot contain nested operations");
      }
      if (operand.op == Op::kValue) {
        term.values.push_back(operand.value);
        continue;
      }
      if (!term.attribute.empty()) {
        refuse_validation(
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
      }
      if (operand.path.size() > 1) {
        refuse_validation("KeyConditionExpressions cannot have conditions on nested attributes");
      }
      if (i > 0 && (node.op == Op::kBetween || node.op == Op::kBeginsWith)) {
        refuse_validation("Invalid condition in KeyConditionExpression: " +
                          std::string(node.op == Op::kBetween ? "BETWEEN" : "begins_with") +
                          " operator must have the key attribute as its first operand");
      }
      term.attribute = operand.path.front().name;
      term.op = i > 0 ? mirrored(node.op) : node.op;
    }
    if (term.attribute.empty()) {
      refuse_validation("Invalid condition in KeyConditionExpression: No key attribute specified");
    }
    if (std::any_of(terms_.begin(), terms_.end(), [&](const Term& t) { return t.attribute == term.attribute; })) {
      refuse_validation("KeyConditionExpressions must only contain one condition per key");
    }
    terms_.push_back(std::move(term));
  }

  const Condition& condition_;
  std::vector<Term> terms_;
};

const Term* find_term(const std::vector<Term>& terms, std::string_view attribute) {
  const auto found =
      std::find_if(terms.begin(), terms.end(), [&](const Term& term) { return term.attribute == attribute; });
  return found == terms.end() ? nullptr : &*found;
}

std::vector<std::string> encoded_values(const Term& term, const KeyAttribute& key) {
  std::vector<std::string> encoded;
  for (const json::value* value : term.values) {
    if (type_of(*value) != key.type) {
      refuse_validation(
          "One or more parameter values were invalid: Condition parameter type does not match schema type");
    }
    if (key.type != Type::kN && text_of(*value).empty()) {
      refuse_validation(
          "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
          "empty " +
          std::string(key.type == Type::kS ? "string" : "binary") + " value. Key: " + key.name);
    }
    encoded.push_back(encode_key_value(*value));
  }
  return encoded;
}

/// Greater than every range key: longer, and of the greatest byte.
std::string above_all() { return std::string(kRangeKeySizeMax + 1, '\xFF'); }

/// The smallest string that is greater than all strings with this prefix.
std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') {
    prefix.pop_back();
  }
  if (prefix.empty()) {
    return above_all();
  }
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

KeyRange range_of(const Term& term, const KeyAttribute& key) {
  const std::vector<std::string> values = encoded_values(term, key);
  switch (term.op) {
    case Op::kEqual:
      return {values[0], successor(values[0])};
    case Op::kLess:
      return {"", values[0]};
    case Op::kLessOrEqual:
      return {"", successor(values[0])};
    case Op::kGreater:
      return {successor(values[0]), above_all()};
    case Op::kGreaterOrEqual:
      return {values[0], above_all()};
    case Op::kBetween:
      return {values[0], successor(values[1])};
    default:  // begins_with
      if (key.type == Type::kN) {
        refuse_validation(
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator "
            "or function: begins_with, operand type: N");
      }
      return {values[0], after_prefix(values[0])};
  }
}

}  // namespace

std::string successor(std::string_view key) { return std::string(key) + '\0'; }

KeyCondition resolve_key_condition(const Condition& condition, const Table& table) {
  const std::vector<Term> terms = TermCollector(condition).collect();
  if (terms.size() > 2) {
    refuse_validation("Conditions can be of length 1 or 2 only");
  }
  if (terms.size() == 2 && !table.range) {
    refuse_validation("Query key condition not supported");
  }
  const Term* hash = find_term(terms, table.hash.name);
  if (hash == nullptr) {
    refuse_validation("Query condition missed key schema element: " + table.hash.name);
  }
  const std::vector<std::string> hash_values = encoded_values(*hash, table.hash);
  if (hash->op != Op::kEqual) {
    refuse_validation("Query key condition not supported");
  }
  KeyCondition resolved{hash_values[0], {"", above_all()}};
  if (terms.size() == 2) {
    const Term* range = find_term(terms, table.range->name);
    if (range == nullptr) {
      refuse_validation("Query condition missed key schema element: " + table.range->name);
    }
    resolved.range = range_of(*range, *table.range);
    resolved.restricts_range = true;
  }
  return resolved;
}

}  // namespace ekiden::local::dynamodb
