#include "document_path.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace ekiden::local::dynamodb {
namespace {

json::value* descend(json::value& attribute, const PathStep& step) {
  const Type type = type_of(attribute);
  if (step.is_index()) {
    const auto index = static_cast<std::size_t>(step.index);
    return type == Type::kL ? content_of(attribute).get_array().if_contains(index) : nullptr;
  }
  return type == Type::kM ? content_of(attribute).get_object().if_contains(step.name) : nullptr;
}

}  // namespace

json::value* find_path(Item& item, const DocumentPath& path, std::size_t steps) {
  json::value* found = item.if_contains(path.front().name);
  for (std::size_t i = 1; i < steps && found != nullptr; ++i) {
    found = descend(*found, path[i]);
  }
  return found;
}

const json::value* find_path(const Item& item, const DocumentPath& path) {
  // find_path() changes nothing; the const_cast avoids a second implementation.
  return find_path(const_cast<Item&>(item), path, path.size());
}

std::string describe(const DocumentPath& path) {
  std::string text = "[";
  for (const PathStep& step : path) {
    text += text.size() > 1 ? ", " : "";
    text += step.is_index() ? "[" + std::to_string(step.index) + "]" : std::string(step.name);
  }
  return text + "]";
}

PathClash clash_of(const DocumentPath& a, const DocumentPath& b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (a[i].is_index() != b[i].is_index()) {
      return PathClash::kConflict;
    }
    if (a[i] != b[i]) {
      return PathClash::kNone;
    }
  }
  return PathClash::kOverlap;
}

}  // namespace ekiden::local::dynamodb
