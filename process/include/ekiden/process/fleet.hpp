/// Fleet: the worker processes of one experiment, or of `ekiden up`.
#pragma once

#include <ekiden/process/child.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <list>
#include <string>
#include <vector>

namespace ekiden::process {

/// Starts workers, notices when one ends, stops them all. Its owner must call stop() before destroying it.
class Fleet {
 public:
  struct Member {
    std::string name;  ///< "worker 1"
    Child child;
    std::int64_t peak_rss_bytes = 0;  ///< The highest seen by note_memory().
    bool stopping = false;            ///< stop() was called before it ended.
    bool told = false;                ///< next_casualty() told of it.
  };
  Fleet(runtime::Executor executor, runtime::Clock& clock);

  /// Throws std::system_error if it cannot be started.
  Member& start(std::string name, const ProgramSpec& spec);
  /// Returns when it has ended, whoever wanted it to. Any number may wait.
  runtime::Task<> ended(const Member& member);
  /// Takes one that has ended off the books: neither a casualty nor a cost of this fleet.
  void forget(const Member& member);

  const std::list<Member>& members() const { return members_; }
  std::size_t running() const;
  /// The next that ended while nobody had asked it to stop; each is told once. nullptr if there is no further one.
  const Member* next_casualty();

  /// Reads each running worker's memory high-water mark. May be called as often as one likes: it looks ten times a
  /// second, and once more when the workers are asked to stop.
  void note_memory();

  /// SIGTERM to all, SIGKILL to those that are still there after `grace`; returns when the last has ended.
  runtime::Task<> stop(runtime::Duration grace);

  double cpu_seconds() const;
  std::int64_t max_rss_bytes() const;

 private:
  runtime::Task<> watch(Member& member);
  void look_at_memory();

  runtime::Executor executor_;
  runtime::Clock& clock_;
  std::list<Member> members_;
  runtime::Condition ended_;
  runtime::TimePoint next_look_{};
  runtime::TaskGroup watchers_;
};

}  // namespace ekiden::process
