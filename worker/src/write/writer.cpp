#include "writer.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/dynamodb/request_size.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/wait_until.hpp>
#include <ekiden/worker/events.hpp>

#include <algorithm>
#include <iterator>

#include "outage/refusal.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

const aws::CallOptions kOnce{.attempts = 1};  // WritePace and plan_retry() decide about retries.
constexpr const char* kAnotherKey = "; the table has another key than at the start: restore it, or restart the worker";
constexpr runtime::Backoff kBackoff{.initial = 25ms, .max = 5s};  // The SDKs' first backoff for DynamoDB.

// Completes the writes that are durable and keeps those at the positions in `left`, which is sorted.
void complete_all_but(const std::vector<std::size_t>& left, std::vector<Write>& batch) {
  std::vector<Write> unprocessed;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (std::ranges::binary_search(left, i)) {
      unprocessed.push_back(std::move(batch[i]));
    } else {
      batch[i].complete(Written{});
    }
  }
  batch = std::move(unprocessed);
}

// True if fewer of the items can be accepted: one item is the reason why the whole batch was rejected, or their size.
// For other errors, each item alone would be rejected, too.
bool may_pass_in_parts(const aws::Error& error) {
  return aws::dynamodb::is_too_large(error.facts()) || may_be_one_messages_fault(error.facts().code);
}

// Frees a batch's keys and its place in the pace when its task ends, also after a crash.
struct Release {
  TableWrites& table;
  std::vector<KeyEntry*> keys;
  runtime::Condition& wake;
  bool refused = false;
  ~Release() {
    if (base::crashing()) {
      return;  // The WriteBook can be gone.
    }
    table.release(keys, refused);
    wake.notify_all();
  }
};

}  // namespace

Writer::Writer(runtime::Env env, aws::dynamodb::DynamoDbClient& client, WriteBook& book, Pulse& pulse)
    : Actor(env.clock), env_(env), client_(client), book_(book), pulse_(pulse), batches_(env.executor, [&book] {
        book.work_arrived().notify_all();
      }) {}

void Writer::request_stop() noexcept {
  stopping_ = true;
  book_.work_arrived().notify_all();
}

Task<> Writer::run() { return runtime::run_owning(batches_, work()); }

Task<> Writer::work() {
  while (!(stopping_ && idle())) {
    batches_.rethrow_first();
    launch_all();
    const auto waiting = probe().waiting(batches_.size() == 0 ? "writes" : "DynamoDB");
    co_await runtime::wait_until(env_.clock, book_.work_arrived(), next_due());
  }
}

bool Writer::idle() const {
  return batches_.size() == 0 &&
         std::ranges::all_of(book_.tables(), [](const auto& entry) { return entry.second.empty(); });
}

std::optional<runtime::TimePoint> Writer::next_due() const {
  std::optional<runtime::TimePoint> due;
  for (const auto& [name, table] : book_.tables()) {
    if (const auto one = table.next_due(); one && batches_.size() < kWriteBatchesMax) {
      due = due ? std::min(*due, *one) : *one;
    }
  }
  return due;
}

void Writer::launch_all() {
  for (auto& [name, table] : book_.tables()) {
    if (table.key_attributes.empty() && !table.empty() && !table.key_requested) {
      table.key_requested = true;
      batches_.spawn(learn_key(name, table));
    }
    if (table.empty()) {
      table.breaker.unwanted();
    }
    while (batches_.size() < kWriteBatchesMax) {
      TableWrites::Batch batch = table.take();
      if (batch.writes.empty()) {
        break;
      }
      batches_.spawn(send(name, table, std::move(batch), Breaker::Use(table.breaker)));
    }
  }
}

Task<> Writer::learn_key(std::string name, TableWrites& table) {
  struct Requested {
    TableWrites& table;
    ~Requested() {
      if (!base::crashing()) {
        table.key_requested = false;
      }
    }
  };
  const Requested requested{table};
  for (unsigned attempt = 0; table.key_attributes.empty(); ++attempt) {
    std::exception_ptr refused;
    runtime::Duration delay{};
    try {
      const aws::dynamodb::TableDescription description = co_await client_.describe_table(name, kOnce);
      table.key_attributes = description.key_attributes();
    } catch (const aws::Error& error) {
      if (error.facts().retryable) {
        delay = plan_retry(name, table, error, attempt);
      } else {
        refused = std::current_exception();
      }
    }
    pulse_.beat();
    if (refused) {
      table.fail_all(refused);
      break;
    }
    co_await env_.clock.sleep_for(delay);
  }
  book_.work_arrived().notify_all();
}

Task<> Writer::send(std::string name, TableWrites& table, TableWrites::Batch batch, Breaker::Use use) {
  Release release{table, std::move(batch.keys), book_.work_arrived()};
  std::vector<Write>& writes = batch.writes;
  const std::size_t count = writes.size();
  co_await send_until_done(name, table, batch.begun, writes, use);
  const std::size_t left = writes.size();
  release.refused = table.breaker.is_open();
  table.put_back(std::move(writes));
  probe().progress(count - left);
}

// True if every write would meet the error, so that the writes wait at the breaker. A write that is refused alone,
// again and again, while others are accepted, has a reason of its own: access can depend on an item's key.
bool Writer::is_outage(TableWrites& table, const aws::Error& error, std::vector<Write>& batch, Breaker::Use& use) {
  constexpr unsigned kLoneRefusalsMax = 3;
  if (!table.proven || !meets_every_message(error.facts())) {
    return false;
  }
  Write& first = batch.front();
  const std::size_t recoveries = table.breaker.recoveries();
  if (batch.size() == 1 && (first.lone_refusals == 0 || first.recoveries != recoveries)) {
    first.recoveries = recoveries;
    ++first.lone_refusals;
  }
  if (batch.size() == 1 && first.lone_refusals > kLoneRefusalsMax) {
    return false;
  }
  open_breaker(table, use, error.what());
  return true;
}

void Writer::open_breaker(TableWrites& table, Breaker::Use& use, const std::string& why) {
  use.refused(why);
  if (!table.breaker.is_open()) {
    Breaker::Use(table.breaker).refused(why);
  }
}

// True if the refusal of a single item is about its key, and the table has another key than the one that each item was
// checked against. The table was deleted and created again then, and refuses every item.
Task<bool> Writer::has_another_key(const std::string& name, TableWrites& table, const std::string& refusal) {
  constexpr runtime::Duration kAskedAgainAfter = 1s;
  if (refusal.find("ValidationException") == std::string::npos || refusal.find("key") == std::string::npos) {
    co_return false;
  }
  if (env_.clock.now() < table.key_compared + kAskedAgainAfter) {
    co_return table.key_differs;
  }
  table.key_compared = env_.clock.now();
  try {
    const aws::dynamodb::TableDescription description = co_await client_.describe_table(name, kOnce);
    table.key_differs = description.key_attributes() != table.key_attributes;
  } catch (const aws::Error&) {
    table.key_differs = false;  // Unknown, for example without the right to describe the table.
  }
  co_return table.key_differs;
}

// Leaves the throttled writes, and those that the table refuses, in `batch`.
Task<> Writer::send_until_done(const std::string& name, TableWrites& table, std::size_t begun,
                               std::vector<Write>& batch, Breaker::Use& use) {
  for (unsigned attempt = 0; !batch.empty(); ++attempt) {
    std::optional<std::string> throttled;  // The reason.
    std::exception_ptr refused;
    std::string refusal;
    bool of_one_item = false;
    bool outage = false;
    runtime::Duration delay{};
    const std::size_t before = batch.size();
    try {
      std::vector<const aws::dynamodb::Item*> items;
      items.reserve(batch.size());
      for (const Write& write : batch) {
        items.push_back(write.item.get());
      }
      const std::vector<std::size_t> left = co_await client_.batch_put(name, items, kOnce);
      table.proven = true;
      use.accepted();
      complete_all_but(left, batch);
      if (!batch.empty()) {
        throttled = report_unprocessed(name, batch.size(), before);
      }
    } catch (const aws::Error& error) {
      if (error.facts().throttling) {
        throttled = error.what();
      } else if (!error.facts().retryable) {
        refused = std::current_exception();
        refusal = error.what();
        of_one_item = may_pass_in_parts(error);
        outage = is_outage(table, error, batch, use);
      } else {
        delay = plan_retry(name, table, error, attempt);
      }
    }
    pulse_.beat();
    if (outage) {
      co_return;
    }
    if (throttled) {
      slow_down(name, table.pace.throttled(begun, batch.size() < before, env_.random), *throttled);
      co_return;
    }
    if (of_one_item && batch.size() > 1) {
      co_await send_in_halves(name, table, begun, batch, use);
      co_return;
    }
    const bool another_key = of_one_item && co_await has_another_key(name, table, refusal);
    if (another_key) {
      open_breaker(table, use, refusal + kAnotherKey);
      co_return;
    }
    if (of_one_item && batch.front().fail_newest(refused)) {
      continue;  // With the put before it, which can be valid.
    }
    if (refused) {
      for (Write& write : batch) {
        write.complete(Written{refused});
      }
      batch.clear();
      co_return;
    }
    if (batch.empty()) {
      speed_up(name, table);
    } else {
      co_await env_.clock.sleep_for(delay);
    }
  }
}

std::string Writer::report_unprocessed(const std::string& name, std::size_t left, std::size_t of) const {
  const std::string_view none;
  env_.events.publish(aws::events::kThrottled, {std::string_view("dynamodb"), std::string_view("BatchWriteItem"), none,
                                                std::string_view(name), std::string_view("UnprocessedItems"), none});
  return "DynamoDB left " + std::to_string(left) + " of " + std::to_string(of) + " items unprocessed";
}

Task<> Writer::send_in_halves(const std::string& name, TableWrites& table, std::size_t begun, std::vector<Write>& batch,
                              Breaker::Use& use) {
  const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
  std::vector<Write> second(std::make_move_iterator(middle), std::make_move_iterator(batch.end()));
  batch.erase(middle, batch.end());
  co_await send_until_done(name, table, begun, batch, use);
  if (batch.empty()) {
    co_await send_until_done(name, table, begun, second, use);
  }
  std::ranges::move(second, std::back_inserter(batch));
}

void Writer::slow_down(const std::string& name, WritePace::Change change, const std::string& why) {
  if (change == WritePace::Change::kSlowed) {
    env_.events.publish(events::kWriteSlowed, {std::string_view(name), std::string_view(why)});
  }
}

void Writer::speed_up(const std::string& name, TableWrites& table) {
  table.trouble.over();
  const runtime::Duration slow_for = table.pace.slow_for();
  if (table.pace.succeeded(env_.random) == WritePace::Change::kRecovered) {
    env_.events.publish(events::kWriteRecovered,
                        {std::string_view(name), std::chrono::duration<double>(slow_for).count()});
  }
}

runtime::Duration Writer::plan_retry(const std::string& name, TableWrites& table, const aws::Error& error,
                                     unsigned attempt) {
  const runtime::Duration delay = kBackoff.full_jitter(env_.random, attempt);
  if (table.trouble.is_new(error.facts())) {
    env_.events.publish(events::kWriteDelayed, {std::string_view(name), std::string_view(error.what()),
                                                std::chrono::duration<double>(delay).count()});
  }
  return delay;
}

}  // namespace ekiden::worker
