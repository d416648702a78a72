#include "write_book.hpp"

#include <algorithm>
#include <stdexcept>

namespace ekiden::worker {

namespace {

// Different values give different texts, because each text has its length in front.
void append_key_text(const aws::dynamodb::AttributeValue& value, std::string& key) {
  const std::string* text = value.string();
  if (text == nullptr) {
    text = value.number_text();
  }
  if (const auto* binary = std::get_if<aws::dynamodb::Binary>(&value.variant())) {
    text = &binary->bytes;
  }
  key.append(value.type()).append(std::to_string(text == nullptr ? 0 : text->size())).push_back(':');
  if (text != nullptr) {
    key.append(*text);
  }
}

}  // namespace

void TableWrites::push(Write write) {
  write.queued = clock_.now();
  write.bytes = aws::dynamodb::request_bytes(*write.item);
  waiting_.push_back(std::move(write));
}

bool TableWrites::assign_key(Write& write) const {
  if (!write.key.empty()) {
    return true;
  }
  constexpr std::size_t kUsualKey = 96;
  write.key.reserve(kUsualKey);
  for (const std::string& name : key_attributes) {
    const aws::dynamodb::AttributeValue* const value = write.item->find(name);
    if (value == nullptr) {
      const auto why =
          "the item has no attribute \"" + name + "\", which is part of the table's key: set it in the item";
      write.reply.complete(Written{std::make_exception_ptr(std::invalid_argument(why))});
      return false;
    }
    append_key_text(*value, write.key);
  }
  return true;
}

TableWrites::Batch TableWrites::take() {
  Batch batch;
  if (key_attributes.empty() || waiting_.empty() || !pace.open()) {
    return batch;
  }
  const bool leaves =
      waiting_.size() >= kWriteBatchMax || activity_.idle() || clock_.now() >= waiting_.front().queued + linger_;
  if (!leaves) {
    return batch;
  }
  batch.writes.reserve(std::min(waiting_.size(), kWriteBatchMax));
  batch.keys.reserve(batch.writes.capacity());
  std::vector<Write> passed_over;  // Their key is in flight: they keep their place for the next batch.
  std::size_t bytes = 0;
  while (!waiting_.empty() && batch.writes.size() < kWriteBatchMax) {
    if (!batch.writes.empty() && bytes + waiting_.front().bytes > aws::dynamodb::kBatchWriteBytesMax) {
      break;
    }
    Write write = std::move(waiting_.front());
    waiting_.pop_front();
    if (!assign_key(write)) {
      continue;
    }
    const auto position = in_flight_.lower_bound(write.key);
    if (position != in_flight_.end() && *position == write.key) {
      passed_over.push_back(std::move(write));
      continue;
    }
    bytes += write.bytes;
    batch.keys.push_back(in_flight_.insert(position, std::move(write.key)));
    batch.writes.push_back(std::move(write));
  }
  while (!passed_over.empty()) {
    waiting_.push_front(std::move(passed_over.back()));
    passed_over.pop_back();
  }
  if (!batch.writes.empty()) {
    batch.begun = pace.begin();
  }
  return batch;
}

void TableWrites::put_back(std::vector<Write> writes) {
  for (auto write = writes.rbegin(); write != writes.rend(); ++write) {
    write->key.clear();  // take() moved it into in_flight_.
    waiting_.push_front(std::move(*write));
  }
}

void TableWrites::release(const std::vector<KeysInFlight::iterator>& keys) {
  for (const auto key : keys) {
    in_flight_.erase(key);
  }
  pace.ended();
}

std::optional<runtime::TimePoint> TableWrites::next_due() const {
  if (waiting_.empty() || key_attributes.empty() || in_flight_.contains(waiting_.front().key)) {
    return std::nullopt;  // The end of a batch in flight wakes the Writer.
  }
  const std::optional<runtime::TimePoint> opens = pace.opens_at();
  return opens ? std::optional(std::max(*opens, waiting_.front().queued + linger_)) : std::nullopt;
}

void TableWrites::fail_all(const std::exception_ptr& error) {
  std::deque<Write> failed = std::exchange(waiting_, {});
  for (Write& write : failed) {
    write.reply.complete(Written{error});
  }
}

Task<> WriteBook::put(std::string name, aws::dynamodb::Item item) {
  const std::size_t bytes = aws::dynamodb::size_of(item);
  if (bytes > aws::dynamodb::kItemBytesMax) {
    throw std::invalid_argument("the item for table " + name + " has " + std::to_string(bytes) +
                                " bytes, but DynamoDB stores at most 409600 in one item: store less in it");
  }
  const auto shared = std::make_shared<const aws::dynamodb::Item>(std::move(item));
  for (;;) {
    auto question = runtime::make_question<Written>();
    table(name).push(Write{.item = shared, .key = {}, .reply = std::move(question.reply)});
    work_arrived_.notify_all();
    std::optional<Written> written;
    {
      const Activity::Pause pause(activity_);
      written = co_await question.answer.get();
    }
    if (!written) {
      continue;  // Broken: the Writer crashed. A put is idempotent, so it can be repeated.
    }
    if (written->error) {
      std::rethrow_exception(written->error);
    }
    co_return;
  }
}

}  // namespace ekiden::worker
