/// StatusServer: what a running worker shows to its operator, over HTTP.
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

/// What the process may use at most, and who says so.
struct MemoryBound {
  std::uint64_t bytes = 0;
  std::string source;
};

struct StatusServerOptions {
  ListenOptions address{};
  std::string name = "worker";  ///< The page's title: the program.
  std::string version{};
  std::string task{};  ///< The id of the task of ECS; empty: none.
  std::optional<MemoryBound> memory_limit{};
};

/// Serves, to GET and HEAD:
///
///   /live         200 as long as the event loop turns
///   /ready        200, or 503 with the reason
///   /metrics      Prometheus text
///   /status.json  the supervision tree and the readings
///   /             a page that shows /status.json, live; it needs nothing from the network
///
/// It answers whoever reaches the address and can change nothing.
class StatusServer {
 public:
  /// Listens at once, so that url() is known. `control` and `metrics` must outlive it. Throws ListenFailed.
  StatusServer(runtime::Env env, const runtime::Control& control, Metrics& metrics, StatusServerOptions options);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:9000"
  std::string url() const;

  /// Serves until request_stop(), or until cancelled. To be called once; the server must outlive it.
  Task<> run();
  void request_stop(runtime::Duration grace) noexcept;

 private:
  class Pages;
  std::unique_ptr<Pages> pages_;
};

}  // namespace ekiden::ops
