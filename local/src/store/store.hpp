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
#include <string>
#include <vector>

#include "database.hpp"
#include "effects.hpp"

namespace ekiden::local {

/// What an operation is applied with. Only inside its call.
struct Session {
  Database& database;
  runtime::Random& random;
  runtime::WallTime now;
};

struct Outcome {
  http::HttpResponse response;
  Effects effects;
};

/// Applied inside a transaction that it shares with others, off the event loop; it must own all it touches. If the
/// commit fails it is applied once more, alone.
using Operation = std::function<Outcome(Session&)>;

/// Takes all queued operations, applies and commits them together off the event loop, then answers each: exactly one
/// group is in flight, reads included. While it is under way the next one gathers, so that load makes groups larger,
/// not slower.
class Store {
 public:
  /// What happened to an operation: an outcome that is committed, or why there is none.
  struct Answered {
    std::optional<Outcome> outcome;
    std::string failure;
  };
  struct Group {
    std::size_t operations = 0;
  };
  /// Told on the event loop, before the operation is answered; `abandoned`: nobody waits for the outcome any more.
  using OnCommitted = std::function<void(const Effects& effects, bool abandoned)>;
  /// Told once a group is committed.
  using OnGroup = std::function<void(const Group& group)>;

  /// Throws StartError.
  Store(runtime::Env env, const StorageOptions& options, OnCommitted on_committed, OnGroup on_group);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Queues `operation` and waits for its outcome. Cancelled while it is queued, it is withdrawn; later, its outcome
  /// counts as abandoned.
  Task<Answered> submit(Operation operation);

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
