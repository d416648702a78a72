/// Projection: the parts of an item that a request selects.
#pragma once

#include <string_view>
#include <vector>

#include "expression.hpp"

namespace ekiden::local::dynamodb {

/// A set of paths; no path is part of another.
class Projection {
 public:
  /// Parses a ProjectionExpression. Rejects invalid ones, in AWS's words.
  static Projection parse(std::string_view text, Placeholders& placeholders);
  /// For the paths that an update changed.
  explicit Projection(std::vector<DocumentPath> paths);

  /// A copy of the selected parts that exist. The selected elements of a list keep their order, without gaps.
  Item apply(const Item& item) const;

  const std::vector<DocumentPath>& paths() const { return paths_; }

 private:
  std::vector<DocumentPath> paths_;  ///< Sorted, so that paths with the same prefix are neighbours.
};

}  // namespace ekiden::local::dynamodb
