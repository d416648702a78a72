/// IdleLinks: the connections that are kept for the next request.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "link.hpp"

namespace ekiden::http {

/// The one used last is used next, so that those beyond need grow old and close.
class IdleLinks {
 public:
  /// How long servers keep an idle connection is their secret; a minute or more is usual, and curl gives up on it after
  /// as long.
  static constexpr runtime::Duration kAgeMax = std::chrono::seconds(118);

  void put(std::unique_ptr<Link> link, runtime::TimePoint now);
  /// One to that origin, or null.
  std::unique_ptr<Link> take(const std::string& origin);
  void drop(const Link& link);
  void drop_oldest() { links_.pop_front(); }
  void drop_aged(runtime::TimePoint now);
  void clear() { links_.clear(); }

  std::size_t size() const { return links_.size(); }
  /// When the next one will be too old.
  std::optional<runtime::TimePoint> next_end() const;

 private:
  std::deque<std::unique_ptr<Link>> links_;  // The longest idle first.
};

}  // namespace ekiden::http
