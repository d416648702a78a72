#include "health_names.hpp"

#include <ekiden/base/parse.hpp>
#include <ekiden/ops/health.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <system_error>

namespace ekiden::ops {
namespace {

constexpr std::uint64_t kListening = 0x10000;  ///< __SO_ACCEPTCON of the kernel's include/uapi/linux/net.h.
constexpr std::size_t kReasonMax = 400;

}  // namespace

std::string health_socket_prefix() {
  struct stat space{};
  if (::stat("/proc/self/ns/pid", &space) != 0) {
    space.st_ino = 0;  // Without /proc no other pid namespace is visible.
  }
  return "ekiden-" + std::to_string(space.st_ino) + "-";
}

std::string health_socket_name(int pid) { return health_socket_prefix() + std::to_string(pid); }

std::vector<int> listening_pids(std::istream& unix_sockets, std::string_view prefix) {
  std::vector<int> pids;
  std::string line;
  while (std::getline(unix_sockets, line)) {
    // Num RefCount Protocol Flags Type St Inode Path; an abstract name starts with @ (proc(5)).
    std::istringstream fields(line);
    std::string number, references, protocol, flags, type, state, inode, path;
    fields >> number >> references >> protocol >> flags >> type >> state >> inode >> path;
    if (!path.starts_with('@') || (base::parse<std::uint64_t>(flags, 16).value_or(0) & kListening) == 0) {
      continue;
    }
    const std::string_view name = std::string_view(path).substr(1);
    const auto pid = name.starts_with(prefix) ? base::parse<int>(name.substr(prefix.size())) : std::nullopt;
    if (pid) {
      pids.push_back(*pid);
    }
  }
  std::ranges::sort(pids);
  return pids;
}

std::string health_line(const runtime::Status& status) {
  if (status.ready || status.draining || status.waiting) {
    return "healthy\n";
  }
  std::string reason = status.detail.empty() ? "not ready" : status.detail.substr(0, kReasonMax);
  std::ranges::replace_if(reason, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return "unhealthy: " + reason + "\n";
}

}  // namespace ekiden::ops
