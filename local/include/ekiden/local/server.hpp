/// Server: the local service on an HTTP port.
#pragma once

#include <ekiden/local/options.hpp>
#include <ekiden/local/stats.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::local {

struct ServerOptions {
  /// "ADDRESS:PORT"; port 0 takes any free port.
  std::string listen = "127.0.0.1:4566";
  /// Web pages and names that can use the server: http/browser_guard.hpp.
  std::vector<std::string> allowed_origins;
  std::vector<std::string> allowed_hosts;
  ServiceOptions service;
  /// Seed of all random values: ids, faults, latencies. Empty: taken from `env`.
  std::optional<std::uint64_t> seed;
};

/// A LocalService and its HTTP server.
class Server {
 public:
  /// Opens the data and starts to listen. Clients can connect; run() serves them. Throws StartError.
  Server(runtime::Env env, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "http://ADDRESS:PORT"
  std::string url() const;

  /// Serves until request_stop(). Call it once; its task must be owned. When cancelled, it closes connections at once,
  /// but commits the queued requests.
  Task<> run();

  /// From now on, long polls are answered at once, with an empty answer. Call it before the clients are stopped: a
  /// worker lets its open poll end by itself.
  void end_polls();

  /// Stops accepting connections. Requests in flight have `grace` to finish; long polls end at once with an empty
  /// answer.
  void request_stop(runtime::Duration grace);

  const Stats& stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ekiden::local
