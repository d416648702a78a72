#include "store.hpp"

#include <ekiden/base/assert.hpp>
#include <ekiden/local/events.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include "open.hpp"

namespace ekiden::local {

namespace {

// Bounds how long the first operation of a group waits for the group's commit.
constexpr std::size_t kGroupMax = 512;
// Each client waits for its answer, so the server's limit of connections is reached before this one.
constexpr std::size_t kQueueMax = 16'384;
// The write-ahead log is checkpointed into the database file after this idle time, or when it is large (space.hpp).
constexpr auto kIdleBeforeCheckpoint = std::chrono::milliseconds(500);

}  // namespace

// One queued operation. Its waiter, if any, is resumed exactly once.
struct Store::Pending {
  Operation operation;
  Settled settled;
  std::shared_ptr<runtime::Waiter> waiter;
  bool done = false;
  bool abandoned = false;

  void complete() {
    done = true;
    if (const auto waiting = std::exchange(waiter, nullptr)) {
      waiting->resume();
    }
  }
};

// Held by the caller of submit(). Destroyed before the answer, it marks the operation as abandoned.
class Store::Ticket {
 public:
  explicit Ticket(std::shared_ptr<Pending> pending) : pending_(std::move(pending)) {}
  ~Ticket() {
    if (!pending_->done) {
      pending_->abandoned = true;
    }
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  Pending& operator*() const { return *pending_; }

 private:
  std::shared_ptr<Pending> pending_;
};

Store::Store(runtime::Env env, const StorageOptions& options, std::span<const Migration> format,
             OnCommitted on_committed, OnGroup on_group, Sweep sweep)
    : env_(env),
      random_(env.random.fork("local.store")),
      folder_(options.folder),
      database_(open_database(options, static_cast<std::int64_t>(format.size()))),
      time_(env.clock, env.events),
      space_(database_, options.vfs, data_path(options)),
      upkeep_(database_, std::move(sweep)),
      on_committed_(std::move(on_committed)),
      on_group_(std::move(on_group)),
      failures_(env) {
  try {
    migrate(database_, format);
    if (!folder_.empty()) {
      time_.resume(stored_time(database_));
    }
    space_.begin();
    begin_upkeep();
  } catch (const FormatError& error) {
    throw StartError("cannot use the data folder " + options.folder + ": " + error.what());
  } catch (const DatabaseError& error) {
    throw StartError("cannot write to the data folder " + options.folder + " (" + error.what() +
                     "): choose a writable folder with free space that no other ekiden uses");
  }
  if (space_.scarce()) {
    env_.events.publish(events::kDiskFull, {std::string_view(folder_)});
  }
}

Store::~Store() = default;

void Store::begin_upkeep() {
  if (folder_.empty()) {
    return;
  }
  try {
    database_.allow_give_back();
    Session session{.database = database_, .random = random_, .now = time_.current()};
    Transaction transaction(database_);
    upkeep_.begin(session);
    transaction.commit();
  } catch (const DatabaseError& error) {
    if (!error.storage_full()) {
      throw;
    }
    upkeep_.add_garbage();
    space_.relieve(env_.clock.now());
  }
}

Store::Moment Store::moment() { return {.time = time_.read(), .at = env_.clock.now()}; }

Task<Store::Settled> Store::submit(Operation operation) {
  if (stopping_ || queue_.size() >= kQueueMax) {
    co_return Settled{.applied = std::nullopt,
                      .failure = stopping_ ? "the server is stopping" : "too many requests are waiting"};
  }
  const auto pending = std::make_shared<Pending>();
  pending->operation = std::move(operation);
  const Ticket ticket(pending);
  queue_.push_back(pending);
  work_.notify_all();
  auto enlist = [&pending](std::shared_ptr<runtime::Waiter> waiter) { pending->waiter = std::move(waiter); };
  co_await runtime::suspend(std::move(enlist));
  co_return std::move(pending->settled);
}

void Store::post(Operation operation) {
  auto pending = std::make_shared<Pending>();
  pending->operation = std::move(operation);
  queue_.push_back(std::move(pending));
  work_.notify_all();
}

Task<> Store::run() {
  // However run() ends, no caller of submit() is left waiting.
  struct Last {
    Store& store;
    ~Last() {
      if (!base::crashing()) {
        store.refuse_all("the server is stopping");
      }
    }
  };
  const Last last{*this};
  for (;;) {
    if (queue_.empty() && upkeep_.due() == Upkeep::Work::kNone && !stopping_) {
      co_await wait_for_work();
    }
    if (queue_.empty() && stopping_) {
      break;  // The next start goes on with the upkeep.
    }
    auto batch = std::make_shared<const Batch>(take_batch());
    if (!batch->empty()) {
      co_await execute(std::move(batch));
    }
    if (upkeep_.due() != Upkeep::Work::kNone) {
      co_await upkeep();
    }
    if (log_is_large_ || (idle_ && queue_.empty())) {
      co_await checkpoint();
    }
  }
  co_await finish();
}

Task<> Store::execute(std::shared_ptr<const Batch> batch) {
  in_flight_ = batch;
  const Moment now = moment();
  auto job = [this, batch, now] { apply(*batch, now); };
  co_await env_.offload.run(std::move(job));
  settle(*batch);
}

Task<> Store::wait_for_work() {
  idle_ = false;
  runtime::Clock::Alarm alarm;
  if (database_.wal_pages() > 0 || upkeep_.wants_idle_time()) {
    alarm = env_.clock.call_at(env_.clock.now() + kIdleBeforeCheckpoint, [this] {
      idle_ = true;
      work_.notify_all();
    });
  }
  while (queue_.empty() && !stopping_ && !idle_) {
    co_await work_.wait();
  }
}

Store::Batch Store::take_batch() {
  Batch batch;
  batch.reserve(std::min(queue_.size(), kGroupMax));
  while (!queue_.empty() && batch.size() < kGroupMax) {
    if (!queue_.front()->abandoned) {
      batch.push_back(std::move(queue_.front()));
    }
    queue_.pop_front();
  }
  return batch;
}

Applied Store::apply_one(const Operation& operation, const Moment& moment, int& housekeeping_left) {
  Session session{.database = database_,
                  .random = random_,
                  .now = moment.time.now,
                  .shown_offset = moment.time.shown_offset,
                  .housekeeping_left = housekeeping_left,
                  .space = &space_};
  http::HttpResponse response = operation(session);
  housekeeping_left = session.housekeeping_left;
  if (session.effects.garbage) {
    upkeep_.add_garbage();
  }
  return {.response = std::move(response), .effects = std::move(session.effects)};
}

void Store::apply(const Batch& batch, const Moment& moment) {
  space_.recover(moment.at);
  if (!apply_together(batch, moment)) {
    for (const auto& pending : batch) {
      apply_alone(*pending, moment);
    }
  }
  upkeep_.committed();
  log_is_large_ = space_.log_is_large();
}

// Returns false if nothing was kept. Each operation is then tried alone, which shows which one failed.
bool Store::apply_together(const Batch& batch, const Moment& moment) {
  for (bool again = true; again;) {
    again = false;
    try {
      int housekeeping_left = kHousekeepingMax;
      const std::int64_t changes = database_.total_changes();
      Transaction transaction(database_);
      for (const auto& pending : batch) {
        pending->settled.applied = apply_one(pending->operation, moment, housekeeping_left);
      }
      commit(transaction, changes, moment);
      return true;
    } catch (const NoRoom&) {
      // Other operations of the group can have room.
    } catch (const DatabaseError& error) {
      again = error.storage_full() && space_.relieve(moment.at) && !space_.scarce();
    } catch (const std::exception&) {
      // An operation is wrong.
    }
  }
  return false;
}

void Store::apply_alone(Pending& pending, const Moment& moment) {
  for (bool again = true; again;) {
    again = false;
    pending.settled.applied.reset();
    try {
      int housekeeping_left = kHousekeepingMax;
      const std::int64_t changes = database_.total_changes();
      Transaction transaction(database_);
      Applied applied = apply_one(pending.operation, moment, housekeeping_left);
      commit(transaction, changes, moment);
      pending.settled.applied = std::move(applied);
    } catch (const NoRoom& error) {
      pending.settled.failure = failure_text(error, folder_);
    } catch (const DatabaseError& error) {
      pending.settled.failure = failure_text(error, folder_);
      again = error.storage_full() && space_.relieve(moment.at);
    } catch (const std::exception& error) {
      pending.settled.failure = error.what();
    }
  }
}

void Store::commit(Transaction& transaction, std::int64_t changes_before, const Moment& moment) {
  if (!folder_.empty() && database_.total_changes() != changes_before) {
    store_time(database_, moment.time.now);
  }
  transaction.commit();
}

void Store::settle(const Batch& batch) {
  // Report all effects before the first answer, so that a task that reacts to an answer sees them.
  std::size_t committed = 0;
  const std::string* failure = nullptr;
  for (const auto& pending : batch) {
    if (pending->settled.applied) {
      ++committed;
      on_committed_(pending->settled.applied->effects, pending->abandoned);
    } else {
      failure = &pending->settled.failure;
    }
  }
  if (committed > 0) {
    on_group_(Group{.operations = committed});
  }
  if (failure != nullptr) {
    failures_.report(*failure);
  }
  for (const auto& pending : batch) {
    pending->complete();
  }
  in_flight_.reset();
}

void Store::refuse_all(const std::string& why) {
  stopping_ = true;
  const auto refuse = [&why](const std::shared_ptr<Pending>& pending) {
    if (!pending->done) {
      pending->settled = Settled{.applied = std::nullopt, .failure = why};
      pending->complete();
    }
  };
  if (const auto batch = std::exchange(in_flight_, nullptr)) {
    std::for_each(batch->begin(), batch->end(), refuse);  // It might have been committed.
  }
  const auto queued = std::exchange(queue_, {});
  std::for_each(queued.begin(), queued.end(), refuse);
}

// One slice. The queued operations are next.
Task<> Store::upkeep() {
  const Moment now = moment();
  auto job = [this, now] {
    database_.relax_commits(true);  // After a power loss the slice is done again.
    bool shorten = false;
    try {
      if (upkeep_.due() == Upkeep::Work::kGiveBack) {
        shorten = upkeep_.give_back(space_.scarce());
      } else {
        Session session{.database = database_,
                        .random = random_,
                        .now = now.time.now,
                        .housekeeping_left = Upkeep::rows_of_slice(space_.scarce())};
        const std::int64_t changes = database_.total_changes();
        Transaction transaction(database_);
        upkeep_.sweep(session);
        commit(transaction, changes, now);
      }
    } catch (const DatabaseError& error) {
      if (!error.storage_full() || !space_.relieve(now.at)) {
        upkeep_.pause();
      }
    }
    database_.relax_commits(false);
    log_is_large_ = space_.log_is_large() || shorten;
  };
  co_await env_.offload.run(std::move(job));
  idle_ = idle_ || (log_is_large_ && upkeep_.due() == Upkeep::Work::kNone);  // The end: a large log is cut, too.
}

Task<> Store::checkpoint() {
  const bool idle = std::exchange(idle_, false);
  log_is_large_ = false;
  const auto error = std::make_shared<std::string>();
  const runtime::TimePoint now = env_.clock.now();
  auto job = [this, error, now, idle] {
    try {
      if (idle) {
        upkeep_.idle();
      }
      space_.checkpoint(now, idle);
    } catch (const DatabaseError& thrown) {
      *error = failure_text(thrown, folder_);  // The write-ahead log is intact; the next checkpoint copies it.
    }
  };
  co_await env_.offload.run(std::move(job));
  if (!error->empty()) {
    env_.events.publish(events::kCheckpointFailed, {std::string_view(*error)});
  }
}

// The stored time is that of the last commit: the idle time since then must count, too.
Task<> Store::finish() {
  if (folder_.empty()) {
    co_return;
  }
  const runtime::WallTime now = time_.current();
  auto job = [this, now] {
    try {
      store_time(database_, now);
    } catch (const DatabaseError&) {
      // The disk is full. The next start is at most as early as the last commit.
    }
  };
  co_await env_.offload.run(std::move(job));
  co_await checkpoint();
}

void Store::stop() {
  stopping_ = true;
  work_.notify_all();
}

}  // namespace ekiden::local
