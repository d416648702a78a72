/// Store: the one that touches the database.
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
#include "session.hpp"

namespace ekiden::local {

/// Answers one request inside a transaction that it shares with others, off the event loop; it must own all it touches.
/// If the commit fails it is called once more, alone.
using Operation = std::function<http::HttpResponse(Session&)>;

/// What an operation left behind: its answer, and what it did to the data.
struct Applied {
  http::HttpResponse response;
  Effects effects;
};

/// Takes all queued operations, applies and commits them together off the event loop, then answers each: exactly one
/// group is in flight, reads included. While it is under way the next one gathers, so that load makes groups larger,
/// not slower.
class Store {
 public:
  /// How an operation ended: applied and committed, or not at all, and why.
  struct Settled {
    std::optional<Applied> applied;
    std::string failure;
  };
  struct Group {
    std::size_t operations = 0;
  };
  /// Told on the event loop, before the operation is answered; `abandoned`: nobody waits for the answer any more.
  using OnCommitted = std::function<void(const Effects& effects, bool abandoned)>;
  /// Told once a group is committed.
  using OnGroup = std::function<void(const Group& group)>;

  /// Opens the data and brings it to the end of `format`, as migrate() does. Throws StartError.
  Store(runtime::Env env, const StorageOptions& options, std::span<const Migration> format, OnCommitted on_committed,
        OnGroup on_group);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Queues `operation` and waits until it is settled. Cancelled while it is queued, it is withdrawn; later, what it
  /// did counts as abandoned.
  Task<Settled> submit(Operation operation);

  /// Queues `operation` for nobody.
  void post(Operation operation);

  /// Applies what is queued, until stop() and the queue is empty. To be owned once.
  Task<> run();
  void stop();

 private:
  struct Pending;
  class Ticket;
  using Batch = std::vector<std::shared_ptr<Pending>>;

  Task<> wait_for_work();
  Batch take_batch();
  Applied apply_one(const Operation& operation, runtime::WallTime now);
  void apply(const Batch& batch, runtime::WallTime now);
  void apply_alone(Pending& pending, runtime::WallTime now);
  void settle(const Batch& batch);
  void refuse_all(const std::string& why);
  void report(const std::string& failure);
  void report_the_rest();
  Task<> checkpoint();

  runtime::Env env_;
  runtime::Random random_;    ///< Used off the loop: never shared with it.
  const std::string folder_;  ///< Empty: in memory.
  Database database_;
  OnCommitted on_committed_;
  OnGroup on_group_;
  std::deque<std::shared_ptr<Pending>> queue_;
  std::shared_ptr<const Batch> in_flight_;  ///< Taken from the queue, not answered yet.
  runtime::Condition work_;
  bool stopping_ = false;
  bool idle_ = false;
  runtime::Clock::Alarm quiet_until_;  ///< Armed: a failed commit was reported a short while ago.
  std::size_t unreported_ = 0;         ///< Groups that failed since,
  std::string last_failure_;           ///< and why the last of them did.
};

}  // namespace ekiden::local
