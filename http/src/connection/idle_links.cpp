#include "idle_links.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ekiden::http {

void IdleLinks::put(std::unique_ptr<Link> link, runtime::TimePoint now) {
  link->idle_since = now;
  links_.push_back(std::move(link));
}

std::unique_ptr<Link> IdleLinks::take(const std::string& origin) {
  const auto found = std::find_if(links_.rbegin(), links_.rend(),
                                  [&origin](const std::unique_ptr<Link>& link) { return link->origin() == origin; });
  if (found == links_.rend()) {
    return nullptr;
  }
  std::unique_ptr<Link> link = std::move(*found);
  links_.erase(std::next(found).base());
  link->reused = true;
  return link;
}

void IdleLinks::drop(const Link& link) {
  const auto found = std::find_if(links_.begin(), links_.end(),
                                  [&link](const std::unique_ptr<Link>& each) { return each.get() == &link; });
  if (found != links_.end()) {
    links_.erase(found);
  }
}

void IdleLinks::drop_suspects(const Link& failed) {
  std::erase_if(links_, [&failed](const std::unique_ptr<Link>& each) { return each->shares_fate(failed); });
}

void IdleLinks::drop_aged(runtime::TimePoint now) {
  while (!links_.empty() && links_.front()->idle_since + kAgeMax <= now) {
    drop_oldest();
  }
}

std::optional<runtime::TimePoint> IdleLinks::next_end() const {
  if (links_.empty()) {
    return std::nullopt;
  }
  return links_.front()->idle_since + kAgeMax;
}

}  // namespace ekiden::http
