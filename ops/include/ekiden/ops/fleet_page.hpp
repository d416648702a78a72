/// FleetPage: one page for the workers of `ekiden up`.
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

/// A worker as the page lists it.
struct FleetWorker {
  std::string name;    ///< "worker 1"
  std::string url{};   ///< Of its StatusServer, "http://127.0.0.1:40123"; empty: it has none, or has not told it yet.
  std::string note{};  ///< What else to say of it: "ended with status 1".
};

struct FleetPageOptions {
  ListenOptions address{};
  std::string name = "ekiden up";
  std::string version{};
};

/// Serves /live, /status.json and / as StatusServer does, for all workers: each request asks every worker, in parallel.
class FleetPage {
 public:
  static constexpr std::size_t kWorkersMax = 64;
  /// A worker that has not answered by then is shown as silent.
  static constexpr std::chrono::seconds kAnswerTimeout{1};

  /// Listens at once. `transport` must outlive it. Throws ListenFailed.
  FleetPage(runtime::Env env, http::Transport& transport, FleetPageOptions options);
  ~FleetPage();
  FleetPage(const FleetPage&) = delete;
  FleetPage& operator=(const FleetPage&) = delete;

  /// Adds the worker, or replaces the one of that name. Beyond kWorkersMax it is not shown.
  void set_worker(FleetWorker worker);

  std::uint16_t port() const;
  std::string url() const;

  /// Serves until request_stop(), or until cancelled. To be called once; the page must outlive it.
  Task<> run();
  void request_stop(runtime::Duration grace) noexcept;

 private:
  class Pages;
  std::unique_ptr<Pages> pages_;
};

}  // namespace ekiden::ops
