/// DoneMessages: messages that are done, but whose delete was never confirmed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ekiden::worker {

/// SQS hands such a message out again. This process then deletes it without running the handler. Another process does
/// not know it, and runs the handler again.
///
/// Remembers the last kMax messages, about 2 MB. Belongs to the pipeline and outlives a crash of its users.
class DoneMessages {
 public:
  static constexpr std::size_t kMax = 10'000;

  /// `digest`: of the body. A message with this id and another body is not the one that is done.
  void remember(const std::string& id, std::uint64_t digest) {
    const auto [position, is_new] = ids_.insert_or_assign(id, digest);
    if (!is_new) {
      return;
    }
    order_.push_back(position->first);
    if (order_.size() > kMax) {
      ids_.erase(std::string(order_.front()));
      order_.pop_front();
    }
  }
  bool contains(const std::string& id, std::uint64_t digest) const {
    if (ids_.empty()) {
      return false;
    }
    const auto known = ids_.find(id);
    return known != ids_.end() && known->second == digest;
  }
  std::size_t size() const { return ids_.size(); }

 private:
  std::unordered_map<std::string, std::uint64_t> ids_;
  std::deque<std::string_view> order_;  // Views of ids_: its elements do not move.
};

}  // namespace ekiden::worker
