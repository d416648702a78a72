/// IdleLinks: the connections that are kept for later requests.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "link.hpp"

namespace ekiden::http {

/// The most recently used link is used next, so that surplus links become old and are closed.
class IdleLinks {
 public:
  /// Servers do not say how long they keep an idle connection. 60 s or more is usual, and curl closes it after about
  /// the same time as this.
  static constexpr runtime::Duration kAgeMax = std::chrono::seconds(118);

  void put(std::unique_ptr<Link> link, runtime::TimePoint now);
  /// A link to that origin, or null.
  std::unique_ptr<Link> take(const std::string& origin);
  void drop(const Link& link);
  /// Closes the links that a failure of `failed` makes suspect.
  void drop_suspects(const Link& failed);
  void drop_oldest() { links_.pop_front(); }
  void drop_aged(runtime::TimePoint now);
  void clear() { links_.clear(); }

  std::size_t size() const { return links_.size(); }
  /// When the next link becomes too old.
  std::optional<runtime::TimePoint> next_end() const;

 private:
  std::deque<std::unique_ptr<Link>> links_;  // The longest idle link is first.
};

}  // namespace ekiden::http
