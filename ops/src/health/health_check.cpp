#include <ekiden/ops/health.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "health_names.hpp"

namespace ekiden::ops {
namespace {

constexpr std::size_t kAnswerMax = 512;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

bool connect_to(const Descriptor& socket, int pid) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = health_socket_name(pid);
  std::memcpy(address.sun_path + 1, name.data(), std::min(name.size(), sizeof address.sun_path - 1));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

/// Any process can take an abstract socket name first. The kernel knows which one did (unix(7), SO_PEERCRED).
bool served_by(const Descriptor& socket, int pid) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == pid;
}

/// The first line of the answer, without its line end. Empty if no answer came within `timeout`.
std::optional<std::string> read_line(const Descriptor& socket, std::chrono::milliseconds timeout) {
  const Descriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  itimerspec when{};
  when.it_value.tv_sec = timeout.count() / 1000;
  when.it_value.tv_nsec = (timeout.count() % 1000) * 1'000'000;
  if (!timer.open() || ::timerfd_settime(timer.get(), 0, &when, nullptr) != 0) {
    return std::nullopt;
  }
  std::string line;
  for (;;) {
    std::array<pollfd, 2> ready{{{socket.get(), POLLIN, 0}, {timer.get(), POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) {
      return std::nullopt;
    }
    if (ready[0].revents == 0) {
      if (ready[1].revents != 0) {
        return std::nullopt;
      }
      continue;
    }
    std::array<char, kAnswerMax> buffer;
    const ssize_t size = ::recv(socket.get(), buffer.data(), buffer.size() - line.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
      continue;
    }
    if (size <= 0) {
      return line.empty() ? std::nullopt : std::optional(line);
    }
    line.append(buffer.data(), static_cast<std::size_t>(size));
    if (const std::size_t end = line.find('\n'); end != std::string::npos) {
      return line.substr(0, end);
    }
    if (line.size() == kAnswerMax) {
      return line;
    }
  }
}

std::string not_running(int pid) {
  return "worker " + std::to_string(pid) +
         " is not running: no process with this id answers health checks; leave out the PID to ask the only worker of "
         "this machine\n";
}

constexpr const char* kNoWorker = "no worker is running on this machine; start one, or name a process: --health PID\n";

/// `missing`: the line to write if there is no such worker.
int ask(int pid, const std::string& missing, std::ostream& out, std::chrono::milliseconds timeout) {
  const std::string who = "worker " + std::to_string(pid);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.open() || !connect_to(socket, pid)) {
    // EAGAIN: the backlog is full, because the worker accepts no connections (unix(7)).
    out << (errno == EAGAIN ? who + " is unhealthy: it does not answer\n" : missing);
    return kUnhealthy;
  }
  if (!served_by(socket, pid)) {
    out << who << " is not running: another process uses the name of its health socket\n";
    return kUnhealthy;
  }
  const std::optional<std::string> answer = read_line(socket, timeout);
  if (!answer) {
    out << who << " is unhealthy: no answer within " << std::chrono::duration<double>(timeout).count() << " s\n";
    return kUnhealthy;
  }
  out << who << " is " << *answer << "\n";
  return *answer == "healthy" ? kHealthy : kUnhealthy;
}

}  // namespace

int check_health(std::optional<int> pid, std::ostream& out, std::chrono::milliseconds timeout) {
  if (pid) {
    return ask(*pid, not_running(*pid), out, timeout);
  }
  std::ifstream unix_sockets("/proc/net/unix");
  return check_health_among(listening_pids(unix_sockets, health_socket_prefix()), out, timeout);
}

int check_health_among(const std::vector<int>& pids, std::ostream& out, std::chrono::milliseconds timeout) {
  // In a container the worker is process 1, so process 1 is also asked when no worker is found.
  if (pids.empty()) {
    return ask(1, kNoWorker, out, timeout);
  }
  if (pids.size() == 1 || pids.front() == 1) {
    return ask(pids.front(), not_running(pids.front()), out, timeout);
  }
  out << "several workers run here:";
  for (const int each : pids) {
    out << " " << each;
  }
  out << "; name one, such as --health " << pids.front() << "\n";
  return kAmbiguous;
}

}  // namespace ekiden::ops
