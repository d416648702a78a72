// Applies an UpdateExpression.
#include <boost/json/array.hpp>

#include <algorithm>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/values/number.hpp"
#include "update_expression.hpp"

namespace ekiden::local::dynamodb {
namespace {

using Operand = UpdateExpression::Operand;
using Action = UpdateExpression::Action;
using Section = UpdateExpression::Section;

[[noreturn]] void refuse_type() { refuse_validation("An operand in the update expression has an incorrect data type"); }
[[noreturn]] void refuse_path() {
  refuse_validation("The document path provided in the update expression is invalid for update");
}

bool is_set(Type type) { return type == Type::kSS || type == Type::kNS || type == Type::kBS; }

class Update {
 public:
  Update(const UpdateExpression& expression, Item& item) : expression_(expression), item_(item) {}

  void run() {
    std::vector<std::pair<const Action*, json::value>> assignments;
    for (const Action& action : expression_.actions()) {
      if (action.section == Section::kSet) {
        assignments.emplace_back(&action, evaluate(expression_.operand(action.operand)));
      }
    }
    // Sorted by path, so that elements beyond the end of a list are appended in the order of their indices.
    std::sort(assignments.begin(), assignments.end(),
              [](const auto& a, const auto& b) { return a.first->path < b.first->path; });
    for (auto& [action, value] : assignments) {
      place(action->path, std::move(value));
    }
    for (const Action& action : expression_.actions()) {
      if (action.section == Section::kAdd) {
        add(action);
      } else if (action.section == Section::kDelete) {
        remove_elements(action);
      } else if (action.section == Section::kRemove) {
        require_parent(action.path);
        removals_.push_back(&action.path);
      }
    }
    // Backwards, so that the remaining indices stay valid.
    std::sort(removals_.begin(), removals_.end(), [](const auto* a, const auto* b) { return *a > *b; });
    for (const DocumentPath* path : removals_) {
      remove(*path);
    }
  }

 private:
  /// The container of the path's last step; null for the item itself.
  json::value* parent_of(const DocumentPath& path) { return find_path(item_, path, path.size() - 1); }

  void require_parent(const DocumentPath& path) {
    if (path.size() == 1) {
      return;
    }
    const json::value* parent = parent_of(path);
    if (parent == nullptr || type_of(*parent) != (path.back().is_index() ? Type::kL : Type::kM)) {
      refuse_path();
    }
  }

  Item& members_of_parent(const DocumentPath& path) {
    return path.size() == 1 ? item_ : content_of(*parent_of(path)).get_object();
  }

  void place(const DocumentPath& path, json::value value) {
    require_parent(path);
    if (!path.back().is_index()) {
      members_of_parent(path).insert_or_assign(path.back().name, std::move(value));
      return;
    }
    json::array& elements = content_of(*parent_of(path)).get_array();
    const auto index = static_cast<std::size_t>(path.back().index);
    if (index < elements.size()) {
      elements[index] = std::move(value);
    } else {
      elements.push_back(std::move(value));
    }
  }

  void remove(const DocumentPath& path) {
    if (!path.back().is_index()) {
      members_of_parent(path).erase(path.back().name);
      return;
    }
    json::array& elements = content_of(*parent_of(path)).get_array();
    const auto index = static_cast<std::size_t>(path.back().index);
    if (index < elements.size()) {
      elements.erase(elements.begin() + path.back().index);
    }
  }

  void add(const Action& action) {
    const json::value& value = *expression_.operand(action.operand).value;
    const Type type = type_of(value);
    require_parent(action.path);
    json::value* existing = find_path(item_, action.path, action.path.size());
    if (existing == nullptr) {
      place(action.path, json::value(value, item_.storage()));
      return;
    }
    if (type_of(*existing) != type) {
      refuse_type();
    }
    if (type == Type::kN) {
      content_of(*existing) = (Number::parse(text_of(*existing)) + Number::parse(text_of(value))).to_text();
      return;
    }
    json::array& elements = content_of(*existing).get_array();
    for (const json::value& element : content_of(value).get_array()) {
      if (std::find(elements.begin(), elements.end(), element) == elements.end()) {
        elements.push_back(element);
      }
    }
  }

  void remove_elements(const Action& action) {
    const json::value& value = *expression_.operand(action.operand).value;
    require_parent(action.path);
    json::value* existing = find_path(item_, action.path, action.path.size());
    if (existing == nullptr) {
      return;
    }
    if (type_of(*existing) != type_of(value) || !is_set(type_of(value))) {
      refuse_type();
    }
    json::array& elements = content_of(*existing).get_array();
    const json::array& unwanted = content_of(value).get_array();
    json::array kept(elements.storage());
    for (json::value& element : elements) {
      if (std::find(unwanted.begin(), unwanted.end(), element) == unwanted.end()) {
        kept.push_back(std::move(element));
      }
    }
    elements = std::move(kept);
    if (elements.empty()) {
      removals_.push_back(&action.path);  // DynamoDB has no empty sets, so the attribute is removed.
    }
  }

  json::value evaluate(const Operand& operand) const {
    switch (operand.kind) {
      case Operand::Kind::kPath: {
        const json::value* found = find_path(item_, operand.path);
        if (found == nullptr) {
          refuse_validation("The provided expression refers to an attribute that does not exist in the item");
        }
        return json::value(*found, item_.storage());
      }
      case Operand::Kind::kValue:
        return json::value(*operand.value, item_.storage());
      case Operand::Kind::kIfNotExists: {
        const json::value* found = find_path(item_, expression_.operand(operand.arguments[0]).path);
        return found != nullptr ? json::value(*found, item_.storage()) : argument(operand, 1);
      }
      case Operand::Kind::kListAppend:
        return append(argument(operand, 0), argument(operand, 1));
      default:
        return sum(operand);
    }
  }

  json::value argument(const Operand& operand, std::size_t index) const {
    return evaluate(expression_.operand(operand.arguments[index]));
  }

  static json::value append(json::value first, json::value second) {
    if (type_of(first) != Type::kL || type_of(second) != Type::kL) {
      refuse_type();
    }
    json::array& elements = content_of(first).get_array();
    for (json::value& element : content_of(second).get_array()) {
      elements.push_back(std::move(element));
    }
    return first;
  }

  json::value sum(const Operand& operand) const {
    const json::value left = argument(operand, 0);
    const json::value right = argument(operand, 1);
    if (type_of(left) != Type::kN || type_of(right) != Type::kN) {
      refuse_type();
    }
    const Number a = Number::parse(text_of(left));
    const Number b = Number::parse(text_of(right));
    const Number result = operand.kind == Operand::Kind::kPlus ? a + b : a - b;
    return make_attribute(Type::kN, json::value(result.to_text(), item_.storage()));
  }

  const UpdateExpression& expression_;
  Item& item_;
  std::vector<const DocumentPath*> removals_;
};

}  // namespace

void UpdateExpression::apply(Item& item) const { Update(*this, item).run(); }

bool UpdateExpression::only_removes() const {
  return !actions_.empty() && std::all_of(actions_.begin(), actions_.end(), [](const Action& action) {
    return action.section == Section::kRemove || action.section == Section::kDelete;
  });
}

}  // namespace ekiden::local::dynamodb
