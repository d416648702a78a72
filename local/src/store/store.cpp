#include "store.hpp"

#include <ekiden/base/assert.hpp>
#include <ekiden/local/events.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ekiden::local {

namespace {

// Bounds how long the first operation of a group waits for the group's commit.
constexpr std::size_t kGroupMax = 512;
// Each client waits for its answer, so the server's limit of connections is reached before this one.
constexpr std::size_t kQueueMax = 16'384;
// The write-ahead log is checkpointed into the database file after this idle time,
constexpr auto kIdleBeforeCheckpoint = std::chrono::milliseconds(500);
// or at a size of 64 MiB (pages of 4 KiB): copying that takes tens of milliseconds.
constexpr int kWalPagesMax = 16'384;
// A full disk fails every group, thousands a second. One line per interval is logged, because the log might be on the
// same disk.
constexpr std::chrono::seconds kReportInterval{5};

std::string make_path(const StorageOptions& options) {
  if (options.folder.empty()) {
    return ":memory:";
  }
  if (options.vfs.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error) {
      throw StartError("cannot create the data folder " + options.folder + " (" + error.message() +
                       "): choose another folder with --data, or use --memory");
    }
  }
  return options.folder + "/ekiden.db";
}

// SQLite's message. For a disk fault also the folder and what to do. Goes to the log and to the client.
std::string failure_text(const DatabaseError& error, const std::string& folder) {
  if (!error.storage_failed() || folder.empty()) {
    return error.what();
  }
  return "the disk of the data folder " + folder + " is full or failing; free space there: " + error.what();
}

// Constructs the Database in place, because it cannot be moved.
Database open(const StorageOptions& options) {
  DatabaseOptions database;
  database.path = make_path(options);
  database.vfs = options.vfs;
  database.synchronous = options.synchronous;
  try {
    return Database(database);
  } catch (const DatabaseError& error) {
    throw StartError("cannot open the data folder " + options.folder + " (" + error.what() +
                     "): choose a writable folder with free space that no other ekiden uses");
  }
}

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
             OnCommitted on_committed, OnGroup on_group)
    : env_(env),
      random_(env.random.fork("local.store")),
      folder_(options.folder),
      database_(open(options)),
      on_committed_(std::move(on_committed)),
      on_group_(std::move(on_group)) {
  try {
    migrate(database_, format);
    database_.checkpoint();
  } catch (const FormatError& error) {
    throw StartError("cannot use the data folder " + options.folder + ": " + error.what());
  } catch (const DatabaseError& error) {
    throw StartError("cannot write to the data folder " + options.folder + " (" + error.what() +
                     "): choose a writable folder with free space that no other ekiden uses");
  }
}

Store::~Store() = default;

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
    if (queue_.empty()) {
      if (stopping_) {
        break;
      }
      co_await wait_for_work();
    }
    const auto batch = std::make_shared<const Batch>(take_batch());
    if (!batch->empty()) {
      in_flight_ = batch;
      const runtime::WallTime now = env_.clock.wall_now();
      auto job = [this, batch, now] { apply(*batch, now); };
      co_await env_.offload.run(std::move(job));
      settle(*batch);
    }
    if (database_.wal_pages() >= kWalPagesMax || (idle_ && queue_.empty())) {
      co_await checkpoint();
    }
  }
  co_await checkpoint();
}

Task<> Store::wait_for_work() {
  idle_ = false;
  runtime::Clock::Alarm alarm;
  if (database_.wal_pages() > 0) {
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

Applied Store::apply_one(const Operation& operation, runtime::WallTime now) {
  Session session{.database = database_, .random = random_, .now = now};
  http::HttpResponse response = operation(session);
  return {.response = std::move(response), .effects = std::move(session.effects)};
}

void Store::apply(const Batch& batch, runtime::WallTime now) {
  try {
    Transaction transaction(database_);
    for (const auto& pending : batch) {
      pending->settled.applied = apply_one(pending->operation, now);
    }
    transaction.commit();
    return;
  } catch (const std::exception&) {
    // Nothing was kept. Each operation is tried alone below, which shows which one failed.
  }
  for (const auto& pending : batch) {
    apply_alone(*pending, now);
  }
}

void Store::apply_alone(Pending& pending, runtime::WallTime now) {
  pending.settled.applied.reset();
  try {
    Transaction transaction(database_);
    Applied applied = apply_one(pending.operation, now);
    transaction.commit();
    pending.settled.applied = std::move(applied);
  } catch (const DatabaseError& error) {
    pending.settled.failure = failure_text(error, folder_);
  } catch (const std::exception& error) {
    pending.settled.failure = error.what();
  }
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
    report(*failure);
  }
  for (const auto& pending : batch) {
    pending->complete();
  }
  in_flight_.reset();
}

void Store::report(const std::string& failure) {
  if (quiet_until_.armed()) {
    ++unreported_;
    last_failure_ = failure;
    return;
  }
  env_.events.publish(events::kCommitFailed, {std::string_view(failure)});
  quiet_until_ = env_.clock.call_at(env_.clock.now() + kReportInterval, [this] { report_the_rest(); });
}

void Store::report_the_rest() {
  quiet_until_.cancel();
  if (const std::size_t count = std::exchange(unreported_, 0); count > 0) {
    report(last_failure_ + " (" + std::to_string(count) + " more in the last " +
           std::to_string(kReportInterval.count()) + " s)");
  }
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

Task<> Store::checkpoint() {
  idle_ = false;
  if (database_.wal_pages() == 0) {
    co_return;
  }
  const auto error = std::make_shared<std::string>();
  auto job = [this, error] {
    try {
      database_.checkpoint();
    } catch (const DatabaseError& thrown) {
      *error = failure_text(thrown, folder_);  // The write-ahead log is intact; the next checkpoint copies it.
    }
  };
  co_await env_.offload.run(std::move(job));
  if (!error->empty()) {
    env_.events.publish(events::kCheckpointFailed, {std::string_view(*error)});
  }
}

void Store::stop() {
  stopping_ = true;
  work_.notify_all();
}

}  // namespace ekiden::local
