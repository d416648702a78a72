/// HealthSocket and check_health: ask a worker on this machine whether it is healthy, without a network port.
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

/// Answers on an abstract Unix socket (unix(7)), so that it works with any value of --ops, "off" included, and on a
/// read-only root file system. Each connection gets one line, "healthy" or "unhealthy: REASON". The event loop sends
/// it, so a blocked loop does not answer.
///
/// Healthy means: the status is ready, or the worker drains. The socket's name contains the pid namespace, because
/// containers that share a network namespace also share abstract socket names.
class HealthSocket {
 public:
  /// Starts to listen. `control` must outlive the socket. Throws ListenFailed.
  HealthSocket(runtime::Env env, const runtime::Control& control);
  ~HealthSocket();
  HealthSocket(const HealthSocket&) = delete;
  HealthSocket& operator=(const HealthSocket&) = delete;

  /// Answers until request_stop(), or until cancelled. Call it once; the socket must outlive the task.
  Task<> run();
  void request_stop() noexcept;

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

/// The socket's name, "ekiden-<inode of /proc/self/ns/pid>-<pid>", without the leading zero byte.
std::string health_socket_name(int pid);

/// The exit statuses of a health check.
inline constexpr int kHealthy = base::kExitDone;
inline constexpr int kUnhealthy = base::kExitFailed;
inline constexpr int kAmbiguous = base::kExitWrongUsage;

/// How long a check waits for the answer.
inline constexpr std::chrono::milliseconds kHealthTimeout{2000};

/// Asks the worker with process id `pid` in this pid namespace. Without `pid`: the worker with process id 1, otherwise
/// the only worker of this pid namespace. Writes one line to `out` and returns kHealthy or kUnhealthy; if there are
/// several workers, lists their process ids and returns kAmbiguous. Blocks for at most `timeout`; needs no event loop.
int check_health(std::optional<int> pid, std::ostream& out, std::chrono::milliseconds timeout = kHealthTimeout);

}  // namespace ekiden::ops
