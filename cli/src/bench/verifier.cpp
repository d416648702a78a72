#include "verifier.hpp"

#include <algorithm>
#include <charconv>

namespace ekiden::cli {

void Verifier::see(const News& item) {
  ++items_;
  std::size_t number = 0;
  const char* first = item.user_id.data() + (item.user_id.empty() ? 0 : 1);
  std::from_chars(first, item.user_id.data() + item.user_id.size(), number);
  if (number == 0 || number >= seen_.size() || seen_[number]) {
    ++wrong_;
    return;
  }
  const News sent = make_news(static_cast<std::int64_t>(number));
  const bool same = item.user_id == sent.user_id && item.news_id == sent.news_id && item.title == sent.title &&
                    item.published_at == sent.published_at;
  if (same) {
    seen_[number] = true;
  } else {
    ++wrong_;
  }
}

std::int64_t Verifier::lost() const { return std::count(seen_.begin() + 1, seen_.end(), false); }

}  // namespace ekiden::cli
