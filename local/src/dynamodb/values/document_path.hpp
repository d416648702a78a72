/// DocumentPath: the place of a value in an item, as in `info.tags[2]`.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "attribute_value.hpp"

namespace ekiden::local::dynamodb {

/// A member of a map or an element of a list. Names are views into the request.
struct PathStep {
  std::string_view name;    ///< Empty for a list element.
  std::int64_t index = -1;  ///< -1 for a map member.

  bool is_index() const { return index >= 0; }
  auto operator<=>(const PathStep&) const = default;
};

/// Never empty in a parsed expression; the first step is a name.
using DocumentPath = std::vector<PathStep>;

/// The value at the path, or null.
const json::value* find_path(const Item& item, const DocumentPath& path);
/// The value after the first `steps` steps, to change it; null if there is none.
json::value* find_path(Item& item, const DocumentPath& path, std::size_t steps);

/// As in AWS's messages: `[info, tags, [2]]`.
std::string describe(const DocumentPath& path);

enum class PathClash { kNone, kOverlap, kConflict };
/// kOverlap: one path is a part of the other, or they are equal. kConflict: they use the same value as a map and as a
/// list.
PathClash clash_of(const DocumentPath& a, const DocumentPath& b);

}  // namespace ekiden::local::dynamodb
