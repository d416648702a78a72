/// The names of health sockets, and who has one.
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

/// The process ids whose sockets listen under `prefix`, ascending, read from the text of /proc/net/unix.
std::vector<int> listening_pids(std::istream& unix_sockets, std::string_view prefix);

/// check_health() without a process id, where these are the ones that listen.
int check_health_among(const std::vector<int>& pids, std::ostream& out, std::chrono::milliseconds timeout);

/// The line that a health socket answers, with its end: "healthy\n" or "unhealthy: REASON\n".
std::string health_line(const runtime::Status& status);

}  // namespace ekiden::ops
