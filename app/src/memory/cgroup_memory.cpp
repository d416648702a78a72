#include "cgroup_memory.hpp"

#include <ekiden/base/parse.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::app {
namespace {

namespace fs = std::filesystem;

// Bytes. A machine with many containers has a few thousand mounts, at a few hundred bytes each.
constexpr std::size_t kFileMax = std::size_t{4} << 20;

// The content of a file, at most about kFileMax bytes; empty if it cannot be read. Reads in parts, because files in
// /proc and /sys have no size.
std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 4096> part;
  while (file && text.size() < kFileMax) {
    file.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

bool lists(std::string_view words, std::string_view wanted) {
  const std::vector<std::string_view> all = base::split(words, ',');
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

// The paths of this process's control group in the hierarchies that count memory.
struct Groups {
  std::optional<std::string> v1;
  std::optional<std::string> v2;
};

// Parses /proc/self/cgroup: lines of "ID:CONTROLLERS:PATH".
Groups own_groups(const std::string& text) {
  Groups groups;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::vector<std::string_view> parts = base::split(line, ':', 3);
    if (parts.size() < 3) {
      continue;
    }
    if (parts[1].empty()) {
      groups.v2 = parts[2];
    } else if (lists(parts[1], "memory")) {
      groups.v1 = parts[2];
    }
  }
  return groups;
}

// A mounted hierarchy, or a mounted part of one.
struct Mount {
  std::string root;   // The group that is mounted.
  std::string point;  // The directory where it is mounted.
};
struct Mounts {
  std::vector<Mount> v1;
  std::vector<Mount> v2;
};

// /proc/self/mountinfo writes spaces, tabs, line feeds and backslashes as octal numbers: "\040".
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 3 < text.size();
    const auto code = escaped ? base::parse<unsigned>(text.substr(i + 1, 3), 8) : std::nullopt;
    if (code) {
      plain += static_cast<char>(*code);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// Parses /proc/self/mountinfo: lines of "ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS...] - TYPE SOURCE
// SUPER-OPTIONS".
Mounts cgroup_mounts(const std::string& text) {
  Mounts mounts;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::vector<std::string_view> words = base::split(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 4) {
      continue;
    }
    Mount mount{unescaped(words[3]), unescaped(words[4])};
    if (dash[1] == "cgroup2") {
      mounts.v2.push_back(std::move(mount));
    } else if (dash[1] == "cgroup" && lists(dash[3], "memory")) {
      mounts.v1.push_back(std::move(mount));
    }
  }
  return mounts;
}

// The path of `group` below the mounted group: "" if it is the mounted group, nothing if it is not below it.
std::optional<std::string> below(const Mount& mount, const std::string& group) {
  const std::string top = mount.root == "/" ? "" : mount.root;
  if (!group.starts_with(top) || (group.size() > top.size() && group[top.size()] != '/') ||
      group.find("/..") != std::string::npos) {  // Outside this process's cgroup namespace.
    return std::nullopt;
  }
  std::string rest = group.substr(top.size());
  return rest == "/" ? std::string() : rest;
}

// The directories of `group` and of the groups above it, as far as they are mounted, `group` first. If `group` is below
// no mount, the first mount's directory: a container often does not see its own path, but the mount shows its limit.
std::vector<fs::path> directories(const fs::path& root, const std::vector<Mount>& mounts, const std::string& group) {
  std::vector<fs::path> found;
  for (const Mount& mount : mounts) {  // All of them: one can be hidden by another mount over it.
    if (std::optional<std::string> rest = below(mount, group)) {
      const fs::path top = root / fs::path(mount.point).relative_path();
      while (!rest->empty()) {
        found.push_back(top / fs::path(*rest).relative_path());
        rest->erase(rest->rfind('/'));
      }
      found.push_back(top);
    }
  }
  if (found.empty() && !mounts.empty()) {
    found.push_back(root / fs::path(mounts.front().point).relative_path());
  }
  return found;
}

std::optional<worker::MemoryLimit> limit_of(std::string_view text, const char* source) {
  const std::optional<std::uint64_t> bytes = parse_cgroup_limit(text);
  return bytes ? std::optional<worker::MemoryLimit>({.bytes = *bytes, .source = source}) : std::nullopt;
}

std::optional<worker::MemoryLimit> limit_of_v2(const std::vector<fs::path>& groups) {
  std::optional<worker::MemoryLimit> limit;
  for (const fs::path& group : groups) {
    limit = smaller(std::move(limit), limit_of(content(group / "memory.max"), "cgroup memory.max"));
  }
  return limit;
}

std::optional<worker::MemoryLimit> limit_of_v1(const std::vector<fs::path>& groups) {
  for (const fs::path& group : groups) {
    const std::string own = content(group / "memory.limit_in_bytes");
    if (own.empty()) {
      continue;  // Not visible at this path; the next directory is that of the group above it.
    }
    std::optional<worker::MemoryLimit> limit = limit_of(own, "cgroup memory.limit_in_bytes");
    constexpr std::string_view kName = "hierarchical_memory_limit ";
    const std::string statistics = content(group / "memory.stat");
    for (const std::string_view line : base::split(statistics, '\n')) {
      if (line.starts_with(kName)) {
        limit = smaller(std::move(limit), limit_of(line.substr(kName.size()), "cgroup hierarchical_memory_limit"));
      }
    }
    return limit;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_cgroup_limit(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  const std::optional<std::uint64_t> bytes = base::parse<std::uint64_t>(text);
  return bytes && *bytes > 0 && *bytes < kUnlimitedBytes ? bytes : std::nullopt;
}

std::optional<worker::MemoryLimit> smaller(std::optional<worker::MemoryLimit> one,
                                           std::optional<worker::MemoryLimit> other) {
  return !one || (other && other->bytes < one->bytes) ? std::move(other) : std::move(one);
}

std::optional<worker::MemoryLimit> cgroup_memory_limit(const fs::path& root) {
  const Groups groups = own_groups(content(root / "proc/self/cgroup"));
  const Mounts mounts = cgroup_mounts(content(root / "proc/self/mountinfo"));
  std::optional<worker::MemoryLimit> limit;
  if (groups.v2) {
    limit = limit_of_v2(directories(root, mounts.v2, *groups.v2));
  }
  if (groups.v1) {
    limit = smaller(std::move(limit), limit_of_v1(directories(root, mounts.v1, *groups.v1)));
  }
  return limit;
}

}  // namespace ekiden::app
