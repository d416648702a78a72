/// CPU time, memory and signal handlers of a process, from /proc and the kernel's clocks. Works for containers, too.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace ekiden::process {

/// User and system time so far, in seconds, with the resolution of the kernel's clock. Nothing if it has ended.
std::optional<double> cpu_seconds(pid_t pid);

/// The peak of its resident memory, in bytes; 0 if it has ended. wait4 is no substitute: there Linux counts the memory
/// that the parent had when it started the child (fs/exec.c, exec_mmap).
std::int64_t peak_rss(pid_t pid);

/// The sum of peak_rss() over the processes of a group.
std::int64_t group_peak_rss(pid_t group);

/// True if it has a handler for the signal, or if that is unknown.
bool catches_signal(pid_t pid, int signal);

}  // namespace ekiden::process
