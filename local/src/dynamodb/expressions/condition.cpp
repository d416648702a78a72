#include "condition.hpp"

#include <ekiden/base/base64.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <optional>

namespace ekiden::local::dynamodb {
namespace {

using Op = Condition::Op;
using Node = Condition::Node;

std::optional<std::int64_t> size_of(const json::value& attribute) {
  const json::value& content = content_of(attribute);
  switch (type_of(attribute)) {
    case Type::kS:
      return static_cast<std::int64_t>(content.get_string().size());
    case Type::kB:
      return static_cast<std::int64_t>(base::base64_bytes(text_of(attribute)));
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
    case Type::kL:
      return static_cast<std::int64_t>(content.get_array().size());
    case Type::kM:
      return static_cast<std::int64_t>(content.get_object().size());
    default:
      return std::nullopt;
  }
}

bool begins_with(const json::value& whole, const json::value& prefix) {
  const Type type = type_of(whole);
  if (type != type_of(prefix)) {
    return false;
  }
  if (type == Type::kS) {
    return text_of(whole).starts_with(text_of(prefix));
  }
  return type == Type::kB &&
         base::from_base64(text_of(whole)).value_or("").starts_with(base::from_base64(text_of(prefix)).value_or(""));
}

/// The type of a set's elements.
std::optional<Type> element_type(Type set) {
  return set == Type::kSS   ? std::optional(Type::kS)
         : set == Type::kNS ? std::optional(Type::kN)
         : set == Type::kBS ? std::optional(Type::kB)
                            : std::nullopt;
}

bool contains(const json::value& whole, const json::value& part) {
  const Type type = type_of(whole);
  const Type part_type = type_of(part);
  if (type == Type::kS && part_type == Type::kS) {
    return text_of(whole).find(text_of(part)) != std::string_view::npos;
  }
  if (type == Type::kB && part_type == Type::kB) {
    const std::string bytes = base::from_base64(text_of(whole)).value_or("");
    return bytes.find(base::from_base64(text_of(part)).value_or("")) != std::string::npos;
  }
  if (type == Type::kL) {
    const json::array& elements = content_of(whole).get_array();
    return std::any_of(elements.begin(), elements.end(),
                       [&](const json::value& element) { return equal(element, part); });
  }
  if (element_type(type) == part_type) {
    const json::array& elements = content_of(whole).get_array();
    return std::any_of(elements.begin(), elements.end(),
                       [&](const json::value& element) { return element == content_of(part); });
  }
  return false;
}

/// The value of an operand for one item: a value in the item or the request, or a number made by size().
class Operand {
 public:
  explicit Operand(const json::value* found) : found_(found) {}
  explicit Operand(std::int64_t size)
      : made_(make_attribute(Type::kN, json::value(json::string(std::to_string(size))))), found_(nullptr) {}

  /// Null if there is no value.
  const json::value* get() const { return made_.is_null() ? found_ : &made_; }

 private:
  json::value made_;
  const json::value* found_;
};

class Evaluation {
 public:
  Evaluation(const Condition& condition, const Item& item) : condition_(condition), item_(item) {}

  bool matches(const Node& node) const {
    switch (node.op) {
      case Op::kAnd:
        return matches(argument(node, 0)) && matches(argument(node, 1));
      case Op::kOr:
        return matches(argument(node, 0)) || matches(argument(node, 1));
      case Op::kNot:
        return !matches(argument(node, 0));
      case Op::kAttributeExists:
        return operand(node, 0).get() != nullptr;
      case Op::kAttributeNotExists:
        return operand(node, 0).get() == nullptr;
      case Op::kBetween:
        return between(node);
      case Op::kIn:
        return in(node);
      default:
        return binary(node);
    }
  }

 private:
  const Node& argument(const Node& node, std::size_t index) const { return condition_.nodes()[node.arguments[index]]; }

  Operand operand(const Node& node, std::size_t index) const {
    const Node& argument_node = argument(node, index);
    switch (argument_node.op) {
      case Op::kPath:
        return Operand(find_path(item_, argument_node.path));
      case Op::kValue:
        return Operand(argument_node.value);
      default: {
        const Operand measured = operand(argument_node, 0);
        const auto size = measured.get() == nullptr ? std::nullopt : size_of(*measured.get());
        return size ? Operand(*size) : Operand(nullptr);
      }
    }
  }

  bool between(const Node& node) const {
    const Operand value = operand(node, 0);
    const Operand low = operand(node, 1);
    const Operand high = operand(node, 2);
    if (value.get() == nullptr || low.get() == nullptr || high.get() == nullptr) {
      return false;
    }
    const auto above = compare(*value.get(), *low.get());
    const auto below = compare(*value.get(), *high.get());
    return above && below && *above >= 0 && *below <= 0;
  }

  bool in(const Node& node) const {
    const Operand value = operand(node, 0);
    for (std::size_t i = 1; i < node.arguments.size() && value.get() != nullptr; ++i) {
      const Operand candidate = operand(node, i);
      if (candidate.get() != nullptr && equal(*value.get(), *candidate.get())) {
        return true;
      }
    }
    return false;
  }

  bool binary(const Node& node) const {
    const Operand left = operand(node, 0);
    const Operand right = operand(node, 1);
    if (left.get() == nullptr || right.get() == nullptr) {
      return node.op == Op::kNotEqual;  // A missing value is not equal to any value.
    }
    const json::value& a = *left.get();
    const json::value& b = *right.get();
    switch (node.op) {
      case Op::kEqual:
        return equal(a, b);
      case Op::kNotEqual:
        return !equal(a, b);
      case Op::kBeginsWith:
        return begins_with(a, b);
      case Op::kContains:
        return contains(a, b);
      case Op::kAttributeType:
        return type_name(type_of(a)) == text_of(b);
      default:
        return ordered(node.op, compare(a, b));
    }
  }

  static bool ordered(Op op, std::optional<std::strong_ordering> order) {
    if (!order) {
      return false;
    }
    switch (op) {
      case Op::kLess:
        return *order < 0;
      case Op::kLessOrEqual:
        return *order <= 0;
      case Op::kGreater:
        return *order > 0;
      default:
        return *order >= 0;
    }
  }

  const Condition& condition_;
  const Item& item_;
};

}  // namespace

bool Condition::matches(const Item& item) const { return Evaluation(*this, item).matches(root()); }

}  // namespace ekiden::local::dynamodb
