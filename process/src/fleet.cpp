#include <ekiden/base/assert.hpp>
#include <ekiden/process/fleet.hpp>
#include <ekiden/process/process_facts.hpp>

#include <signal.h>

#include <algorithm>

namespace ekiden::process {
namespace {

constexpr runtime::Duration kLookInterval = std::chrono::milliseconds(100);

}  // namespace

Fleet::Fleet(runtime::Executor executor, runtime::Clock& clock)
    : executor_(executor), clock_(clock), watchers_(executor) {}

Fleet::Member& Fleet::start(std::string name, const ProgramSpec& spec) {
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

const Fleet::Member* Fleet::next_casualty() {
  const auto found = std::find_if(members_.begin(), members_.end(), [](const Member& member) {
    return !member.child.running() && !member.stopping && !member.reported;
  });
  if (found == members_.end()) {
    return nullptr;
  }
  found->reported = true;
  return &*found;
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
  // The watchers are not cancelled: each must still see the end of its worker.
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

void Fleet::hurry() {
  for (Member& member : members_) {
    if (member.stopping) {
      member.child.signal(SIGTERM);
    }
  }
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

}  // namespace ekiden::process
