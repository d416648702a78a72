/// Verifier: whether a table holds exactly the news that were sent.
#pragma once

#include <cstdint>
#include <vector>

#include "send/news.hpp"

namespace ekiden::cli {

/// Sees every item of the table once, in any order.
class Verifier {
 public:
  /// The news 1 to `messages` were sent.
  explicit Verifier(std::int64_t messages) : seen_(static_cast<std::size_t>(messages) + 1) {}

  void see(const News& item);

  /// Items seen so far.
  std::int64_t items() const { return items_; }
  /// News whose item was not seen.
  std::int64_t lost() const;
  /// Items that differ from what was sent, or that nobody sent.
  std::int64_t wrong() const { return wrong_; }

 private:
  std::vector<bool> seen_;
  std::int64_t items_ = 0;
  std::int64_t wrong_ = 0;
};

}  // namespace ekiden::cli
