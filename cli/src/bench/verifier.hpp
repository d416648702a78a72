/// Verifier: checks that a table holds exactly the news messages that were sent.
#pragma once

#include <cstdint>
#include <vector>

#include "send/news.hpp"

namespace ekiden::cli {

/// Pass every item of the table to see() once, in any order.
class Verifier {
 public:
  /// Expects the news messages 1 to `messages`.
  explicit Verifier(std::int64_t messages) : seen_(static_cast<std::size_t>(messages) + 1) {}

  void see(const News& item);

  /// Items seen so far.
  std::int64_t items() const { return items_; }
  /// News messages without a correct item.
  std::int64_t lost() const;
  /// Items that differ from the message sent, that were never sent, or that were seen twice.
  std::int64_t wrong() const { return wrong_; }

 private:
  std::vector<bool> seen_;
  std::int64_t items_ = 0;
  std::int64_t wrong_ = 0;
};

}  // namespace ekiden::cli
