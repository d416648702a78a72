#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/process/process_facts.hpp>

#include <dirent.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace ekiden::process {
namespace {

/// The text after `name` in /proc/PID/status; empty if the line or the process does not exist.
std::string status_of(pid_t pid, std::string_view name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) {
      return line.substr(name.size());
    }
  }
  return {};
}

}  // namespace

std::optional<double> cpu_seconds(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::int64_t peak_rss(pid_t pid) {
  const std::string peak = status_of(pid, "VmHWM:");  // "   21504 kB" (proc(5)).
  return base::parse<std::int64_t>(base::first_word(peak)).value_or(0) * 1024;
}

std::int64_t group_peak_rss(pid_t group) {
  std::int64_t sum = 0;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) {
    return 0;
  }
  while (const dirent* entry = ::readdir(proc)) {
    const std::optional<pid_t> pid = base::parse<pid_t>(entry->d_name);
    if (pid && ::getpgid(*pid) == group) {
      sum += peak_rss(*pid);
    }
  }
  ::closedir(proc);
  return sum;
}

bool catches_signal(pid_t pid, int signal) {
  const std::string mask = status_of(pid, "SigCgt:");
  const auto caught = base::parse<std::uint64_t>(base::first_word(mask), 16);
  return !caught || (*caught >> (signal - 1) & 1) != 0;
}

}  // namespace ekiden::process
