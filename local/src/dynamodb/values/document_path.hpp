/// DocumentPath: where in an item something stands, as in `info.tags[2]`.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "attribute_value.hpp"

namespace ekiden::local::dynamodb {

/// A member of a map or an element of a list. Names point into the request.
struct PathStep {
  std::string_view name;    ///< Empty for an element.
  std::int64_t index = -1;  ///< -1 for a member.

  bool is_index() const { return index >= 0; }
  auto operator<=>(const PathStep&) const = default;
};

/// Never empty in a parsed expression; the first step is a name.
using DocumentPath = std::vector<PathStep>;

/// What stands there, or null.
const json::value* find_path(const Item& item, const DocumentPath& path);
/// The same for the first `steps` steps, to change it.
json::value* find_path(Item& item, const DocumentPath& path, std::size_t steps);

/// As in AWS's messages: `[info, tags, [2]]`.
std::string describe(const DocumentPath& path);

enum class PathClash { kNone, kOverlap, kConflict };
/// kOverlap: one path leads through the other, or they are equal. kConflict: one takes for a map what the other takes
/// for a list.
PathClash clash_of(const DocumentPath& a, const DocumentPath& b);

}  // namespace ekiden::local::dynamodb
