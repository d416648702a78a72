#include "projection.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <span>

namespace ekiden::local::dynamodb {
namespace {

enum Rank { kReserved, kUndefined, kOverlap, kConflict };

class ProjectionParser : private ExpressionParser {
 public:
  ProjectionParser(Lexer& lexer, Placeholders& placeholders) : ExpressionParser(lexer, placeholders) {}

  std::vector<DocumentPath> parse() {
    std::vector<DocumentPath> paths;
    do {
      DocumentPath path = parse_path({kReserved, kUndefined});
      for (const DocumentPath& other : paths) {
        check_clash(other, path);
      }
      paths.push_back(std::move(path));
    } while (lexer_.accept_symbol(","));
    if (!lexer_.at_end()) {
      lexer_.refuse_syntax();
    }
    enforce();
    return paths;
  }

 private:
  void check_clash(const DocumentPath& one, const DocumentPath& two) {
    const PathClash clash = clash_of(one, two);
    if (clash != PathClash::kNone) {
      note(clash == PathClash::kOverlap ? kOverlap : kConflict,
           std::string("Two document paths ") + (clash == PathClash::kOverlap ? "overlap" : "conflict") +
               " with each other; must remove or rewrite one of these paths; path one: " + describe(one) +
               ", path two: " + describe(two));
    }
  }
};

using Paths = std::span<const DocumentPath>;

json::value project(const json::value& attribute, Paths paths, std::size_t depth);

/// Calls `visit(step, paths)` for each group of paths with the same step at `depth`.
template <typename Visit>
void for_each_step(Paths paths, std::size_t depth, Visit visit) {
  for (std::size_t begin = 0; begin < paths.size();) {
    std::size_t end = begin + 1;
    while (end < paths.size() && paths[end][depth] == paths[begin][depth]) {
      ++end;
    }
    visit(paths[begin][depth], paths.subspan(begin, end - begin));
    begin = end;
  }
}

Item project_members(const Item& members, Paths paths, std::size_t depth) {
  Item result(members.storage());
  for_each_step(paths, depth, [&](const PathStep& step, Paths group) {
    if (const json::value* member = members.if_contains(step.name)) {
      json::value part = project(*member, group, depth + 1);
      if (!part.is_null()) {
        result.emplace(step.name, std::move(part));
      }
    }
  });
  return result;
}

json::array project_elements(const json::array& elements, Paths paths, std::size_t depth) {
  json::array result(elements.storage());
  for_each_step(paths, depth, [&](const PathStep& step, Paths group) {
    if (const json::value* element = elements.if_contains(static_cast<std::size_t>(step.index))) {
      json::value part = project(*element, group, depth + 1);
      if (!part.is_null()) {
        result.push_back(std::move(part));
      }
    }
  });
  return result;
}

/// Null if no part of it is selected.
json::value project(const json::value& attribute, Paths paths, std::size_t depth) {
  const PathStep* step = depth < paths.front().size() ? &paths.front()[depth] : nullptr;
  if (step == nullptr) {
    return json::value(attribute, attribute.storage());
  }
  const Type type = type_of(attribute);
  if (type == Type::kM && !step->is_index()) {
    Item members = project_members(content_of(attribute).get_object(), paths, depth);
    return members.empty() ? json::value() : make_attribute(type, std::move(members));
  }
  if (type == Type::kL && step->is_index()) {
    json::array elements = project_elements(content_of(attribute).get_array(), paths, depth);
    return elements.empty() ? json::value() : make_attribute(type, std::move(elements));
  }
  return {};
}

}  // namespace

Projection Projection::parse(std::string_view text, Placeholders& placeholders) {
  Lexer lexer("ProjectionExpression", text);
  return Projection(ProjectionParser(lexer, placeholders).parse());
}

Projection::Projection(std::vector<DocumentPath> paths) : paths_(std::move(paths)) {
  std::sort(paths_.begin(), paths_.end());
}

Item Projection::apply(const Item& item) const {
  return paths_.empty() ? Item(item.storage()) : project_members(item, paths_, 0);
}

}  // namespace ekiden::local::dynamodb
