/// What the kernel's control groups allow this process to use.
#pragma once

#include <ekiden/worker/memory_limit.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ekiden::app {

/// Values from here on mean that there is no limit: v1 writes its own as 9223372036854771712, and no machine has an
/// exbibyte.
inline constexpr std::uint64_t kUnlimitedBytes = std::uint64_t{1} << 60;

/// The smallest limit over our group and those above it, as far as they are mounted. `root` is where proc and sys are:
/// "/" but in tests. Nothing where there is none, and where the files are missing, unreadable or make no sense.
///
/// v2: the smallest memory.max from our group up. v1: memory.limit_in_bytes, and hierarchical_memory_limit of
/// memory.stat, in which the kernel has reckoned with the groups above, seen or not.
/// Source: cgroups(7); proc_pid_mountinfo(5); Linux, Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
std::optional<worker::MemoryLimit> cgroup_memory_limit(const std::filesystem::path& root);

/// The limit that a file of one number holds, in bytes. Nothing for "max", 0, nonsense and kUnlimitedBytes or more.
std::optional<std::uint64_t> parse_cgroup_limit(std::string_view text);

/// The smaller of the two; the first of equals.
std::optional<worker::MemoryLimit> smaller(std::optional<worker::MemoryLimit> one,
                                           std::optional<worker::MemoryLimit> other);

}  // namespace ekiden::app
