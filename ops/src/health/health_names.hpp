/// The names of health sockets, and the processes that have one.
#pragma once

#include <ekiden/runtime/control.hpp>

#include <chrono>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::ops {

/// "ekiden-<inode of the pid namespace>-"
std::string health_socket_prefix();

/// The ids of the processes that listen on a socket whose name starts with `prefix`, in ascending order.
/// `unix_sockets` is the text of /proc/net/unix.
std::vector<int> listening_pids(std::istream& unix_sockets, std::string_view prefix);

/// check_health() without a process id; `pids` are the processes that listen, in ascending order.
int check_health_among(const std::vector<int>& pids, std::ostream& out, std::chrono::milliseconds timeout);

/// The line that a health socket sends, with its line end: "healthy\n" or "unhealthy: REASON\n".
std::string health_line(const runtime::Status& status);

}  // namespace ekiden::ops
