/// Store: executes operations on the database.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "database.hpp"
#include "effects.hpp"
#include "failure_log.hpp"
#include "queue_clock.hpp"
#include "session.hpp"
#include "space.hpp"
#include "upkeep.hpp"

namespace ekiden::local {

/// Answers one request, inside a transaction that it shares with others, outside the event loop. It must own everything
/// that it uses. If the commit fails, it is called once more, alone.
using Operation = std::function<http::HttpResponse(Session&)>;

/// The result of an operation: its answer, and what it did to the data.
struct Applied {
  http::HttpResponse response;
  Effects effects;
};

/// Takes all queued operations, executes and commits them together outside the event loop, then answers each one.
/// Exactly one such group, which also contains reads, is in flight. Meanwhile the next group forms: a higher load makes
/// groups larger, not slower.
class Store {
 public:
  /// How an operation ended: executed and committed, or not at all, with the reason.
  struct Settled {
    std::optional<Applied> applied;
    std::string failure;
  };
  struct Group {
    std::size_t operations = 0;
  };
  /// Called on the event loop, before the operation is answered. `abandoned`: no caller waits for the answer any more.
  using OnCommitted = std::function<void(const Effects& effects, bool abandoned)>;
  /// Called when a group is committed.
  using OnGroup = std::function<void(const Group& group)>;

  /// Opens the data and converts it to the last version of `format`, as migrate() does. `sweep` deletes what is
  /// unreachable: what an earlier process left, and what Effects::garbage reports. Throws StartError.
  Store(runtime::Env env, const StorageOptions& options, std::span<const Migration> format, OnCommitted on_committed,
        OnGroup on_group, Sweep sweep = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Queues `operation` and waits until it is executed. If it is cancelled while queued, the operation is removed; if
  /// later, its effects are reported as abandoned.
  Task<Settled> submit(Operation operation);

  /// Queues `operation` without waiting for its result.
  void post(Operation operation);

  /// Executes queued operations until stop() was called and the queue is empty. Call it once; its task must be owned.
  Task<> run();
  void stop();

  /// The time of the operations' sessions. Valid as long as the store.
  const QueueClock& time() const { return time_; }

 private:
  /// The time of a job outside the loop.
  struct Moment {
    QueueClock::Reading time;
    runtime::TimePoint at;
  };
  struct Pending;
  class Ticket;
  using Batch = std::vector<std::shared_ptr<Pending>>;

  void begin_upkeep();
  Moment moment();
  Task<> wait_for_work();
  Batch take_batch();
  Task<> execute(std::shared_ptr<const Batch> batch);
  Applied apply_one(const Operation& operation, const Moment& moment, int& housekeeping_left);
  void apply(const Batch& batch, const Moment& moment);
  bool apply_together(const Batch& batch, const Moment& moment);
  void apply_alone(Pending& pending, const Moment& moment);
  void commit(Transaction& transaction, std::int64_t changes_before, const Moment& moment);
  void settle(const Batch& batch);
  void refuse_all(const std::string& why);
  Task<> upkeep();
  Task<> checkpoint();
  Task<> finish();

  runtime::Env env_;
  runtime::Random random_;    ///< Used outside the loop, and never shared with it.
  const std::string folder_;  ///< Empty: in memory.
  Database database_;
  QueueClock time_;
  Space space_;
  Upkeep upkeep_;
  OnCommitted on_committed_;
  OnGroup on_group_;
  std::deque<std::shared_ptr<Pending>> queue_;
  std::shared_ptr<const Batch> in_flight_;  ///< The group that is not yet answered.
  runtime::Condition work_;
  bool stopping_ = false;
  bool idle_ = false;
  bool log_is_large_ = false;
  FailureLog failures_;
};

}  // namespace ekiden::local
