/// Projection: which parts of an item a request wants to see.
#pragma once

#include <string_view>
#include <vector>

#include "expression.hpp"

namespace ekiden::local::dynamodb {

/// A set of paths of which none leads through another.
class Projection {
 public:
  /// Parses a ProjectionExpression; refuses with AWS's words.
  static Projection parse(std::string_view text, Placeholders& placeholders);
  /// For the paths that an update touched.
  explicit Projection(std::vector<DocumentPath> paths);

  /// A copy of those parts of the item that there are; elements of lists keep their order and close up.
  Item apply(const Item& item) const;

  const std::vector<DocumentPath>& paths() const { return paths_; }

 private:
  std::vector<DocumentPath> paths_;  ///< Sorted, so that what has a common beginning stands together.
};

}  // namespace ekiden::local::dynamodb
