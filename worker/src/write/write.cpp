#include "write.hpp"

#include <algorithm>
#include <iterator>

namespace ekiden::worker {

namespace {

bool earlier(const Write& a, const Write& b) { return a.arrival < b.arrival; }

// Appends `more`, so that the list remains sorted.
std::size_t merge(std::vector<Write>& list, std::vector<Write> more) {
  if (!list.empty() && earlier(more.back(), list.front())) {
    list.swap(more);
  }
  const auto old_size = static_cast<std::ptrdiff_t>(list.size());
  std::ranges::move(more, std::back_inserter(list));
  const auto middle = list.begin() + old_size;
  if (old_size != 0 && earlier(*middle, *(middle - 1))) {  // Only after a crash of the Writer.
    std::ranges::sort(list, earlier);
    return list.size();
  }
  return more.size();
}

}  // namespace

void Write::complete(const Written& written) {
  reply.complete(written);
  for (Write& earlier_put : std::exchange(replaced, {})) {
    earlier_put.reply.complete(written);
  }
}

bool Write::fail_newest(const std::exception_ptr& error) {
  reply.complete(Written{error});
  if (replaced.empty()) {
    return false;
  }
  Write before = std::move(replaced.back());
  replaced.pop_back();
  before.replaced = std::move(replaced);
  before.queued = queued;
  before.key = key;
  *this = std::move(before);
  return true;
}

std::size_t Write::unite(Write other) {
  if (earlier(*this, other)) {
    std::swap(*this, other);
  }
  queued = std::min(queued, other.queued);
  std::vector<Write> older = std::move(other.replaced);
  older.push_back(std::move(other));
  if (replaced.empty()) {
    replaced = std::move(older);
    return 0;
  }
  return merge(replaced, std::move(older));
}

}  // namespace ekiden::worker
