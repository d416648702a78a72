/// The memory limit that the kernel's control groups (cgroups) set for this process.
#pragma once

#include <ekiden/worker/memory_limit.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ekiden::app {

/// Values of this size or more mean that there is no limit: cgroup v1 writes 9223372036854771712 for "no limit", and no
/// machine has an exbibyte of memory.
inline constexpr std::uint64_t kUnlimitedBytes = std::uint64_t{1} << 60;

/// The smallest limit of this process's control group and of the groups above it, as far as they are mounted. Empty if
/// there is no limit, or if the files are missing, unreadable or malformed. `root` is the directory that contains proc
/// and sys: "/" except in tests.
///
/// v2: the smallest memory.max of these groups. v1: the smaller of memory.limit_in_bytes and of
/// hierarchical_memory_limit in memory.stat, which the kernel computes from all groups above, mounted or not.
/// Source: cgroups(7); proc_pid_mountinfo(5); Linux, Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
std::optional<worker::MemoryLimit> cgroup_memory_limit(const std::filesystem::path& root);

/// The limit in bytes, from the content of a file with one number. Empty for "max", 0, anything that is not a number,
/// and kUnlimitedBytes or more.
std::optional<std::uint64_t> parse_cgroup_limit(std::string_view text);

/// The smaller of the two limits; `one` if they are equal.
std::optional<worker::MemoryLimit> smaller(std::optional<worker::MemoryLimit> one,
                                           std::optional<worker::MemoryLimit> other);

}  // namespace ekiden::app
