#include "store.hpp"

#include <ekiden/base/assert.hpp>
#include <ekiden/local/events.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ekiden::local {

namespace {

// A group's commit should not keep its first operation waiting long after it could have been settled.
constexpr std::size_t kGroupMax = 512;
// Each client waits for its own answer, so that the server's limit of connections comes first.
constexpr std::size_t kQueueMax = 16'384;
// The write-ahead log is moved into the file when nothing happens for so long,
constexpr auto kIdleBeforeCheckpoint = std::chrono::milliseconds(500);
// or when it has grown to 64 MiB (pages of 4 KiB): copying that takes tens of milliseconds.
constexpr int kWalPagesMax = 16'384;
// A full disk refuses every group, thousands a second: the log, which may lie on that disk, gets one line so often.
constexpr std::chrono::seconds kReportInterval{5};

std::string make_path(const StorageOptions& options) {
  if (options.folder.empty()) {
    return ":memory:";
  }
  if (options.vfs.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error) {
      throw StartError("cannot make the data folder " + options.folder + " (" + error.message() +
                       "): choose another with --data, or --memory");
    }
  }
  return options.folder + "/ekiden.db";
}

// What SQLite said, and, where the disk is at fault, which one and what helps. Goes to the log and to the client.
std::string failure_text(const DatabaseError& error, const std::string& folder) {
  if (!error.storage_failed() || folder.empty()) {
    return error.what();
  }
  return "the disk of the data folder " + folder + " is full or fails, free space there: " + error.what();
}

// Opens in place: a Database does not move.
Database open(const StorageOptions& options) {
  DatabaseOptions database;
  database.path = make_path(options);
  database.vfs = options.vfs;
  database.synchronous = options.synchronous;
  try {
    return Database(database);
  } catch (const DatabaseError& error) {
    throw StartError("cannot open the data folder " + options.folder + " (" + error.what() +
                     "): choose a folder that can be written, with room, and that no other ekiden uses");
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

// The asker's hold on its operation: gone before the answer, it abandons it.
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
                     "): choose a folder that can be written, with room, and that no other ekiden uses");
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
  // However this ends, nobody waits for ever.
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
    // Nothing was kept. Whose fault it was shows below, where each stands alone.
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
  // All effects before the first answer: who reacts to an answer must find them told.
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
    std::for_each(batch->begin(), batch->end(), refuse);  // Whether it was committed is not known here.
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
      *error = failure_text(thrown, folder_);  // The log is still there and still good; the next checkpoint takes it.
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
