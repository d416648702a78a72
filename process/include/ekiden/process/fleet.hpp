/// Fleet: the worker processes of one run of `ekiden bench`, or of `ekiden up`.
#pragma once

#include <ekiden/process/child.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <list>
#include <string>
#include <vector>

namespace ekiden::process {

/// Starts workers, notices when one ends, and stops them all. The owner must await stop() before it destroys the fleet.
class Fleet {
 public:
  struct Member {
    std::string name;  ///< "worker 1"
    Child child;
    std::int64_t peak_rss_bytes = 0;  ///< The highest seen by note_memory().
    bool stopping = false;            ///< stop() was called before it ended.
    bool reported = false;            ///< next_casualty() has returned it.
  };
  Fleet(runtime::Executor executor, runtime::Clock& clock);

  /// Starts a worker. Throws std::system_error if that fails.
  Member& start(std::string name, const ProgramSpec& spec);
  /// Returns when the worker has ended, for any reason. Several tasks can wait for the same worker.
  runtime::Task<> ended(const Member& member);
  /// Removes a worker that has ended from the list: it is no casualty, and its CPU time and memory do not count.
  void forget(const Member& member);

  const std::list<Member>& members() const { return members_; }
  std::size_t running() const;
  /// The next worker that ended before stop() was called. Returns each one once, then nullptr.
  const Member* next_casualty();

  /// Reads the peak memory of each running worker. Can be called at any rate: it reads at most ten times a second.
  /// stop() reads it once more.
  void note_memory();

  /// Sends SIGTERM to all workers, and SIGKILL to those that still run after `grace`. Returns when the last has ended.
  runtime::Task<> stop(runtime::Duration grace);
  /// Sends SIGTERM again to the workers that stop() waits for: the second signal cuts their drain short.
  void hurry();

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
