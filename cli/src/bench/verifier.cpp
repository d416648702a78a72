#include "verifier.hpp"

#include <ekiden/base/parse.hpp>

#include <algorithm>

namespace ekiden::cli {

void Verifier::see(const News& item) {
  ++items_;
  const std::string_view digits = std::string_view(item.user_id).substr(item.user_id.empty() ? 0 : 1);
  const std::size_t number = base::parse<std::size_t>(digits).value_or(0);
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
