#include "write_book.hpp"

#include <ekiden/aws/dynamodb/number_check.hpp>
#include <ekiden/base/decimal.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace ekiden::worker {

namespace {

// Different values give different texts, because each text has its length in front. A number has the same text however
// it is written, because DynamoDB takes 1 and 1.0 for the same key.
void append_key_text(const aws::dynamodb::AttributeValue& value, std::string& key) {
  if (const std::string* const number = value.number_text()) {
    key.append(value.type());
    base::append_canonical_decimal(key, *number);
    key.push_back(';');
    return;
  }
  const std::string* text = value.string();
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
  if (write.arrival == 0) {
    write.arrival = next_arrival();
  }
  if (key_attributes.empty()) {
    unkeyed_.push_back(std::move(write));
  } else {
    add(std::move(write));
  }
}

bool TableWrites::read_key(Write& write) {
  key_text_.clear();
  for (const std::string& name : key_attributes) {
    const aws::dynamodb::AttributeValue* const value = write.item->find(name);
    if (value == nullptr) {
      const auto why =
          "the item has no attribute \"" + name + "\", which is part of the table's key: set it in the item";
      write.complete(Written{std::make_exception_ptr(std::invalid_argument(why))});
      return false;
    }
    append_key_text(*value, key_text_);
  }
  return true;
}

void TableWrites::add(Write write) {
  if (!read_key(write)) {
    return;
  }
  KeyEntry& key = *keys_.try_emplace(key_text_).first;
  write.key = &key;
  if (!key.second.waiting && !key.second.in_flight) {
    ready_.push_back(&key);
  }
  wait_in(key.second, std::move(write));
}

void TableWrites::wait_in(KeyWrites& key, Write write) {
  ++steps_;
  if (key.waiting) {
    steps_ += key.waiting->unite(std::move(write));
  } else {
    key.waiting = std::move(write);
  }
}

TableWrites::Batch TableWrites::take() {
  Batch batch;
  if (!key_attributes.empty() && !unkeyed_.empty()) {
    for (Write& write : std::exchange(unkeyed_, {})) {
      add(std::move(write));
    }
  }
  if (ready_.empty() || !pace.open() || !breaker.admits()) {
    return batch;
  }
  const std::size_t batch_max = breaker.is_open() ? 1 : kWriteBatchMax;
  const bool leaves = ready_.size() >= batch_max || activity_.idle() ||
                      clock_.now() >= ready_.front()->second.waiting->queued + linger_;
  if (!leaves) {
    return batch;
  }
  batch.writes.reserve(std::min(ready_.size(), kWriteBatchMax));
  batch.keys.reserve(batch.writes.capacity());
  std::size_t bytes = 0;
  while (!ready_.empty() && batch.writes.size() < batch_max) {
    KeyEntry* const key = ready_.front();
    bytes += key->second.waiting->bytes;
    if (bytes > aws::dynamodb::kBatchWriteBytesMax && !batch.writes.empty()) {
      break;
    }
    ready_.pop_front();
    ++steps_;
    batch.writes.push_back(std::move(*key->second.waiting));
    batch.keys.push_back(key);
    key->second.waiting.reset();
    key->second.in_flight = true;
  }
  batch.begun = pace.begin();
  return batch;
}

void TableWrites::put_back(std::vector<Write> writes) {
  for (Write& write : writes) {
    KeyWrites& key = write.key->second;
    wait_in(key, std::move(write));  // release() makes it ready.
  }
}

void TableWrites::release(const std::vector<KeyEntry*>& keys, bool refused) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    (*key)->second.in_flight = false;
    if ((*key)->second.waiting) {
      refused ? ready_.push_back(*key) : ready_.push_front(*key);
    } else {
      keys_.erase(keys_.find((*key)->first));
    }
  }
  pace.ended();
}

std::optional<runtime::TimePoint> TableWrites::next_due() const {
  if (ready_.empty()) {
    return std::nullopt;  // A push, or the end of a batch in flight, wakes the Writer.
  }
  std::optional<runtime::TimePoint> opens = pace.opens_at();
  if (opens && breaker.is_open()) {
    const std::optional<runtime::TimePoint> probe = breaker.next_probe();
    opens = probe ? std::optional(std::max(*opens, *probe)) : std::nullopt;  // The end of the probe wakes the Writer.
  }
  return opens ? std::optional(std::max(*opens, ready_.front()->second.waiting->queued + linger_)) : std::nullopt;
}

void TableWrites::fail_all(const std::exception_ptr& error) {
  std::deque<Write> failed = std::exchange(unkeyed_, {});
  ready_.clear();
  for (auto key = keys_.begin(); key != keys_.end();) {
    if (key->second.waiting) {
      failed.push_back(std::move(*key->second.waiting));
      key->second.waiting.reset();
    }
    key = key->second.in_flight ? std::next(key) : keys_.erase(key);
  }
  for (Write& write : failed) {
    write.complete(Written{error});
  }
}

Task<> WriteBook::put(std::string name, aws::dynamodb::Item item) {
  const std::size_t bytes = aws::dynamodb::size_of(item);
  if (bytes > aws::dynamodb::kItemBytesMax) {
    throw std::invalid_argument("the item for table " + name + " has " + std::to_string(bytes) +
                                " bytes, but DynamoDB stores at most 409600 in one item: store less in it");
  }
  aws::dynamodb::check_numbers(item);
  const auto shared = std::make_shared<const aws::dynamodb::Item>(std::move(item));
  const std::uint64_t arrival = table(name).next_arrival();
  for (;;) {
    auto question = runtime::make_question<Written>();
    table(name).push(Write{.item = shared, .reply = std::move(question.reply), .arrival = arrival});
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
