/// Service: a whole worker from its start to the end of its drain, without options and signals (app/ has those).
#pragma once

#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/memory_limit.hpp>
#include <ekiden/worker/settings.hpp>
#include <ekiden/worker/task_protection.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::worker {

/// One queue and its handler.
struct Consumer {
  Settings settings;
  AnyHandler handler;
};

/// Processes the messages of one or more queues under one root supervisor. A simulation runs the same class with
/// another Transport, Clock and Random. The owner must keep it alive until none of its tasks is left in the event loop.
class Service final : public runtime::Control {
 public:
  struct Seams {
    runtime::Env env;
    http::Transport& transport;
    aws::Target target;
    std::shared_ptr<aws::CredentialsProvider> credentials;
    std::string version;
    std::optional<MemoryLimit> memory_limit{};  ///< Empty: memory is not limited.
    TaskProtectionOptions task_protection{};
  };
  Service(Seams seams, std::vector<Consumer> consumers);
  ~Service() override;

  /// Runs until request_stop(), or until the root supervisor gives up. Returns the exit status:
  ///   0  every message was settled: deleted, released or dead-lettered;
  ///   1  some messages were left to their visibility timeout, a handler could not be ended (left_running()), or a
  ///      supervisor gave up;
  ///   2  a queue or table cannot be used, even if only the first receives show that.
  Task<int> run();

  /// Starts the drain. `reason`, such as "SIGTERM", is logged. Later calls have no effect.
  void request_stop(std::string_view reason) noexcept;
  /// After request_stop(): cuts off the open long polls, which a drain otherwise lets end by themselves. SQS can still
  /// give messages to such a poll; they stay hidden until their visibility timeout ends.
  void hurry() noexcept;
  /// True after run() if a handler still runs that nothing can end, such as a function on a thread pool. Its message
  /// was released. The process must then end without destroying this object.
  bool left_running() const;

  /// For /ready, --health and the status page.
  runtime::Status status() const override;

  /// Crashes the named actor ("receiver", "processor", "writer", "leases") of every pipeline, for tests and drills.
  /// Returns false if no such actor runs.
  bool crash(const std::string& actor);

  /// Messages received and not yet settled.
  std::size_t in_flight() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::worker
