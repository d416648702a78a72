/// Health: one question to a worker on this machine, without a network port.
#pragma once

#include <ekiden/base/exit_status.hpp>
#include <ekiden/ops/listen.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/env.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace ekiden::ops {

/// Answers on an abstract Unix socket (unix(7)), so that it works with the ops port off or moved and on a read-only
/// root. Whoever connects is sent one line, "healthy" or "unhealthy: REASON", from the event loop: a wedged loop
/// therefore does not answer.
///
/// Healthy: the status is ready, or the worker drains. The socket's name carries the pid namespace, because containers
/// that share a network namespace share abstract names too.
class HealthSocket {
 public:
  /// Listens at once. `control` must outlive it. Throws ListenFailed.
  HealthSocket(runtime::Env env, const runtime::Control& control);
  ~HealthSocket();
  HealthSocket(const HealthSocket&) = delete;
  HealthSocket& operator=(const HealthSocket&) = delete;

  /// Answers until request_stop(), or until cancelled. To be called once; the socket must outlive it.
  Task<> run();
  void request_stop() noexcept;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

/// "ekiden-<inode of /proc/self/ns/pid>-<pid>", without the leading zero byte.
std::string health_socket_name(int pid);

/// The exit statuses of a health check.
inline constexpr int kHealthy = base::kExitDone;
inline constexpr int kUnhealthy = base::kExitFailed;
inline constexpr int kAmbiguous = base::kExitWrongUsage;

/// How long a check waits for the answer.
inline constexpr std::chrono::milliseconds kHealthTimeout{2000};

/// Asks the worker with this process id (as seen here), or, if none is given, that with process id 1, else the only one
/// of this pid namespace. Writes one line; where several could be meant, lists them and returns kAmbiguous.
/// Needs no event loop.
int check_health(std::optional<int> pid, std::ostream& out, std::chrono::milliseconds timeout = kHealthTimeout);

}  // namespace ekiden::ops
