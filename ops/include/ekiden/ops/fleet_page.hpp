/// FleetPage: one status page for all workers of `ekiden up`.
#pragma once

#include <ekiden/http/transport.hpp>
#include <ekiden/ops/listen.hpp>
#include <ekiden/runtime/env.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace ekiden::ops {

/// A worker in the page's list.
struct FleetWorker {
  std::string name;    ///< "worker 1"
  std::string url{};   ///< URL of its StatusServer: "http://127.0.0.1:40123". Empty: none, or not known yet.
  std::string note{};  ///< A note that the page shows: "ended with status 1".
};

struct FleetPageOptions {
  ListenOptions address{};
  std::string name = "ekiden up";
  std::string version{};
};

/// Serves /live, /status.json and / for all workers together, as StatusServer does for one. Each request for
/// /status.json asks every worker, in parallel.
class FleetPage {
 public:
  static constexpr std::size_t kWorkersMax = 64;
  /// A worker that has not answered within this time is shown with an error.
  static constexpr std::chrono::seconds kAnswerTimeout{1};

  /// Starts to listen, so that url() is known. `transport` must outlive the page. Throws ListenFailed.
  FleetPage(runtime::Env env, http::Transport& transport, FleetPageOptions options);
  ~FleetPage();
  FleetPage(const FleetPage&) = delete;
  FleetPage& operator=(const FleetPage&) = delete;

  /// Adds the worker, or replaces the worker of the same name. If there are already kWorkersMax workers, a new one is
  /// not shown.
  void set_worker(FleetWorker worker);

  std::uint16_t port() const;
  std::string url() const;

  /// Serves until request_stop(), or until cancelled. Call it once; the page must outlive the task.
  Task<> run();
  /// Accepts no more connections; requests in progress can finish within `grace` and are then cancelled.
  void request_stop(runtime::Duration grace) noexcept;

 private:
  class Pages;
  std::unique_ptr<Pages> pages_;
};

}  // namespace ekiden::ops
