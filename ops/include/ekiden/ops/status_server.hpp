/// StatusServer: serves a worker's status, metrics and readiness over HTTP.
#pragma once

#include <ekiden/ops/listen.hpp>
#include <ekiden/ops/metrics.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/env.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ekiden::ops {

/// The memory limit of the process, and its source, such as "cgroup memory.max".
struct MemoryBound {
  std::uint64_t bytes = 0;
  std::string source;
};

struct StatusServerOptions {
  ListenOptions address{};
  std::string name = "worker";  ///< The program's name: the title of the page.
  std::string version{};
  std::string task{};  ///< The ECS task id. Empty: none.
  std::optional<MemoryBound> memory_limit{};
};

/// Serves these paths for GET and HEAD:
///
///   /live         200 as long as the event loop runs
///   /ready        200, or 503 with the reason
///   /metrics      metrics in the Prometheus text format
///   /status.json  the supervision tree and all metrics
///   /             a page that shows /status.json and updates itself; it loads nothing from other servers
///
/// It answers every client that can reach the address: there is no authentication. No request can change anything.
class StatusServer {
 public:
  /// Starts to listen, so that url() is known. `control` and `metrics` must outlive the server. Throws ListenFailed.
  StatusServer(runtime::Env env, const runtime::Control& control, Metrics& metrics, StatusServerOptions options);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  std::uint16_t port() const;
  /// Such as "http://127.0.0.1:9000".
  std::string url() const;

  /// Serves until request_stop(), or until cancelled. Call it once; the server must outlive the task.
  Task<> run();
  /// Accepts no more connections; requests in progress can finish within `grace` and are then cancelled.
  void request_stop(runtime::Duration grace) noexcept;

 private:
  class Pages;
  std::unique_ptr<Pages> pages_;
};

}  // namespace ekiden::ops
