/// What /proc and the kernel's clocks tell of a process, a container's included.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace ekiden::process {

/// User and system time so far: what getrusage would tell it of itself, to the nanosecond. Nothing if it is gone.
std::optional<double> cpu_seconds(pid_t pid);

/// Its memory high-water mark; 0 if it is gone. Not from wait4: there Linux counts the memory that the parent had when
/// it started the child (fs/exec.c, exec_mmap).
std::int64_t peak_rss(pid_t pid);

/// The sum of the memory high-water marks of the processes in a group.
std::int64_t group_peak_rss(pid_t group);

/// Whether it has a handler for the signal by now; true if that cannot be told.
bool catches_signal(pid_t pid, int signal);

}  // namespace ekiden::process
