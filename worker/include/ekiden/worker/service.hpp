/// Service: a whole worker, from preflight to drain, but for its options and signals.
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

/// Drains one or more queues under one root supervisor. A simulated process runs the same object with another
/// Transport, Clock and Random. Keep it alive until its loop holds none of its tasks.
class Service final : public runtime::Control {
 public:
  struct Seams {
    runtime::Env env;
    http::Transport& transport;
    aws::Target target;
    std::shared_ptr<aws::CredentialsProvider> credentials;
    std::string version;
    std::optional<MemoryLimit> memory_limit{};  ///< Nothing: none is known.
    TaskProtectionOptions task_protection{};
  };
  Service(Seams seams, std::vector<Consumer> consumers);
  ~Service() override;

  /// Until request_stop(), or until the root supervisor gives up. Yields the exit status: 0 if every message was
  /// settled or handed back; 1 if some were left to their visibility timeout, or a supervisor gave up; 2 if the queue
  /// or the table cannot be used, also if that shows only at the first receives.
  Task<int> run();

  /// Begins the drain; `reason` is logged ("SIGTERM"). Harmless when repeated.
  void request_stop(std::string_view reason) noexcept;

  runtime::Status status() const override;

  /// Crashes the named actor of every pipeline; for tests and drills. False if none of them runs.
  bool crash(const std::string& actor);

  /// Messages received and not yet settled.
  std::size_t in_flight() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::worker
