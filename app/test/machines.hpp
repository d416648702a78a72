// Machines: the files in which Linux shows its control groups on various platforms, for the test of the memory limit.
//
// podman_v1() was recorded (podman 4.3 with runc, -m 64m), and so was host_v1(). The others are written by hand from
// the documentation of Linux, Docker, Kubernetes and ECS. All are reduced to the lines and files that matter.
#pragma once

#include <map>
#include <string>

namespace ekiden::app::test {

/// Contents by path below the root.
using Tree = std::map<std::string, std::string>;

constexpr const char* kCgroup = "proc/self/cgroup";
constexpr const char* kMounts = "proc/self/mountinfo";
constexpr const char* kV1Unlimited = "9223372036854771712\n";

inline Tree merged(Tree tree, const Tree& more) {
  for (const auto& [path, content] : more) {
    tree[path] = content;
  }
  return tree;
}

/// A container with a cgroup namespace under v2, as Docker, containerd and podman create it: its group is the root.
inline Tree container_v2(const std::string& max) {
  return {{kCgroup, "0::/\n"},
          {kMounts,
           "612 501 0:57 / / rw,relatime master:237 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n"
           "616 615 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n"},
          {"sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n"},
          {"sys/fs/cgroup/memory.max", max}};
}

/// docker run --cgroupns=host: the container sees the host's whole tree and its own path in it.
inline Tree docker_v2_host_namespace() {
  const std::string scope = "system.slice/docker-0123456789ab.scope";
  return {{kCgroup, "0::/" + scope + "\n"},
          {kMounts, "616 615 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n"},
          {"sys/fs/cgroup/system.slice/memory.max", "max\n"},
          {"sys/fs/cgroup/" + scope + "/memory.max", "268435456\n"},
          {"sys/fs/cgroup/system.slice/other.scope/memory.max", "1048576\n"}};
}

/// Without a namespace, but with only its own group mounted: the mount's root is the host's path.
inline Tree podman_v2_own_group() {
  const std::string scope = "/machine.slice/libpod-0123456789ab.scope";
  return {{kCgroup, "0::" + scope + "/container\n"},
          {kMounts, "88 80 0:28 " + scope + " /sys/fs/cgroup ro,nosuid,relatime - cgroup2 cgroup2 rw\n"},
          {"sys/fs/cgroup/memory.max", "134217728\n"},
          {"sys/fs/cgroup/container/memory.max", "max\n"}};
}

/// A process that was moved out of its namespace's group: its path starts above the part that it sees.
inline Tree outside_of_its_namespace() {
  Tree tree = container_v2("100663296\n");
  tree[kCgroup] = "0::/../other\n";
  tree["sys/fs/other/memory.max"] = "1048576\n";
  return tree;
}

/// A service of systemd whose slice has the limit.
inline Tree systemd_slice(const std::string& of_service, const std::string& of_slice) {
  const std::string slice = "sys/fs/cgroup/system.slice/system-news.slice";
  return {{kCgroup, "0::/system.slice/system-news.slice/news@1.service\n"},
          {kMounts, "35 24 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw\n"},
          {"sys/fs/cgroup/system.slice/memory.max", "max\n"},
          {slice + "/memory.max", of_slice},
          {slice + "/news@1.service/memory.max", of_service}};
}

/// A v1 container without a cgroup namespace: the mount's root is its path on the host.
inline Tree container_v1(const std::string& group, const std::string& own, const std::string& hierarchical) {
  const std::string mount = " ro,nosuid,nodev,noexec,relatime master:15 - cgroup cgroup rw,";
  return {{kCgroup, "12:pids:" + group + "\n11:hugetlb,memory:" + group + "\n2:cpu,cpuacct:" + group +
                        "\n1:name=systemd:" + group + "\n"},
          {kMounts, "720 719 0:30 " + group + " /sys/fs/cgroup/cpu,cpuacct" + mount + "cpu,cpuacct\n731 719 0:41 " +
                        group + " /sys/fs/cgroup/memory" + mount + "hugetlb,memory\n"},
          {"sys/fs/cgroup/memory/memory.limit_in_bytes", own},
          {"sys/fs/cgroup/memory/memory.stat", "cache 1466368\nrss 221184\nhierarchical_memory_limit " + hierarchical +
                                                   "hierarchical_memsw_limit 134217728\ntotal_cache 1466368\n"},
          {"sys/fs/cgroup/cpu,cpuacct/cpu.shares", "1024\n"}};
}

inline Tree podman_v1() {
  const std::string group = "/libpod_parent/libpod-dfb018ffdc7afbdbd36a1a45f465b366a6dcf80fa95c1335ef0930fc9420a755";
  const std::string flags = " ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,";
  return {{kCgroup, "9:name=systemd:" + group + "\n8:pids:" + group + "\n4:memory:" + group + "\n1:cpu:" + group +
                        "\n0::" + group + "\n"},
          {kMounts,
           "77 50 0:40 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/containers/storage/overlay/l/4B\n"
           "80 77 0:45 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro\n"
           "88 80 0:47 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755\n"
           "89 88 0:29 " +
               group + " /sys/fs/cgroup/cpu" + flags + "cpu\n92 88 0:32 " + group + " /sys/fs/cgroup/memory" + flags +
               "memory\n97 88 0:37 " + group + " /sys/fs/cgroup/systemd" + flags + "name=systemd\n"},
          {"sys/fs/cgroup/memory/memory.limit_in_bytes", "67108864\n"},
          {"sys/fs/cgroup/memory/memory.stat",
           "cache 1466368\nrss 221184\nhierarchical_memory_limit 67108864\nhierarchical_memsw_limit 134217728\n"}};
}

/// A virtual machine without a limit: v1 counts memory, v2 is mounted but does not.
inline Tree host_v1() {
  return {{kCgroup, "9:name=systemd:/\n4:memory:/process_api/80aabfc6\n0::/\n"},
          {kMounts,
           "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
           "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
           "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"},
          {"sys/fs/cgroup/memory/memory.limit_in_bytes", kV1Unlimited},
          {"sys/fs/cgroup/memory/process_api/80aabfc6/memory.limit_in_bytes", kV1Unlimited},
          {"sys/fs/cgroup/memory/process_api/80aabfc6/memory.stat",
           std::string("cache 0\nhierarchical_memory_limit ") + kV1Unlimited}};
}

/// systemd's hybrid mode: v1 counts memory, v2 holds the processes.
inline Tree hybrid() {
  const std::string group = "/system.slice/news.service";
  return {{kCgroup, "8:memory:" + group + "\n1:name=systemd:" + group + "\n0::" + group + "\n"},
          {kMounts,
           "33 32 0:29 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec shared:10 - cgroup2 cgroup2 rw,nsdelegate\n"
           "40 32 0:35 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,memory\n"},
          {"sys/fs/cgroup/unified/system.slice/news.service/cgroup.procs", "4711\n"},
          {"sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes", "209715200\n"}};
}

/// Metadata of a container or task, reduced to the fields that are read and a few others.
inline std::string metadata(const std::string& limits) {
  return R"({"DockerId":"ea32192c8553","Name":"worker","KnownStatus":"RUNNING",)" +
         (limits.empty() ? std::string() : "\"Limits\":" + limits + ",") +
         R"("TaskARN":"arn:aws:ecs:us-west-2:111122223333:task/default/8f03e412"})";
}

}  // namespace ekiden::app::test
