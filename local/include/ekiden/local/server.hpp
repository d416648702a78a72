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

namespace ekiden::local {

struct ServerOptions {
  /// "ADDRESS:PORT"; port 0 takes a free one.
  std::string listen = "127.0.0.1:4566";
  ServiceOptions service;
  /// Of everything that is left to chance: ids, faults, latencies. Empty: taken from env's.
  std::optional<std::uint64_t> seed;
};

/// A Service and the HTTP server before it.
class Server {
 public:
  /// Opens the data and listens: clients may connect, and are served from run() on. Throws StartError.
  Server(runtime::Env env, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "http://ADDRESS:PORT"
  std::string url() const;

  /// Serves until request_stop(). To be owned once. Cancelled, it ends connections at once, but commits what is queued.
  Task<> run();

  /// No new connections; requests under way may finish within `grace`, long polls end at once, empty.
  void request_stop(runtime::Duration grace);

  const Stats& stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ekiden::local
