#include "fleet.hpp"

#include <ekiden/runtime/assert.hpp>

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kLookInterval = std::chrono::milliseconds(100);

std::int64_t peak_rss(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::strtoll(line.c_str() + 6, nullptr, 10) * 1024;
    }
  }
  return 0;
}

}  // namespace

std::int64_t group_peak_rss(pid_t group) {
  std::int64_t sum = 0;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) {
    return 0;
  }
  while (const dirent* entry = ::readdir(proc)) {
    const std::string_view name(entry->d_name);
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size() && ::getpgid(pid) == group) {
      sum += peak_rss(pid);
    }
  }
  ::closedir(proc);
  return sum;
}

Fleet::Fleet(runtime::Executor executor, runtime::Clock& clock)
    : executor_(executor), clock_(clock), watchers_(executor) {}

Fleet::Member& Fleet::start(std::string name, const ChildSpec& spec) {
  Child child(executor_, spec);
  members_.push_back(Member{.name = std::move(name), .child = std::move(child)});
  Member& member = members_.back();
  watchers_.spawn(watch(member));
  return member;
}

runtime::Task<> Fleet::watch(Member& member) {
  co_await member.child.wait();
  ended_.notify_all();
}

runtime::Task<> Fleet::ended(const Member& member) {
  while (member.child.running()) {
    co_await ended_.wait();
  }
}

void Fleet::forget(const Member& member) {
  EKIDEN_ASSERT(!member.child.running());
  members_.remove_if([&member](const Member& other) { return &other == &member; });
}

std::size_t Fleet::running() const {
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(), [](const Member& member) { return member.child.running(); }));
}

const Fleet::Member* Fleet::casualty() const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [](const Member& member) { return !member.child.running() && !member.stopping; });
  return found == members_.end() ? nullptr : &*found;
}

void Fleet::note_memory() {
  if (clock_.now() >= next_look_) {
    look_at_memory();
    next_look_ = clock_.now() + kLookInterval;
  }
}

void Fleet::look_at_memory() {
  for (Member& member : members_) {
    if (member.child.running()) {
      member.peak_rss_bytes = std::max(member.peak_rss_bytes, group_peak_rss(member.child.pid()));
    }
  }
}

runtime::Task<> Fleet::stop(runtime::Duration grace) {
  look_at_memory();
  for (Member& member : members_) {
    if (member.child.running()) {
      member.stopping = true;
      member.child.signal(SIGTERM);
    }
  }
  // Watched from here, not by cancelling the watchers: each must still see its worker's end.
  const runtime::TimePoint deadline = clock_.now() + grace;
  const runtime::Duration step = std::chrono::milliseconds(20);
  bool killed = false;
  while (running() > 0) {
    if (!killed && clock_.now() >= deadline) {
      killed = true;
      for (Member& member : members_) {
        member.child.signal(SIGKILL);
      }
    }
    co_await clock_.sleep_for(step);
  }
  co_await watchers_.join();
}

double Fleet::cpu_seconds() const {
  double sum = 0;
  for (const Member& member : members_) {
    sum += member.child.exit() ? member.child.exit()->cpu_seconds : 0;
  }
  return sum;
}

std::int64_t Fleet::max_rss_bytes() const {
  std::int64_t most = 0;
  for (const Member& member : members_) {
    most = std::max(most, member.peak_rss_bytes);
  }
  return most;
}

}  // namespace ekiden::cli
