/// Up: everything that `ekiden up` runs.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/ops/fleet_page.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <list>
#include <map>
#include <string>

#include "fleet.hpp"
#include "line_pipe.hpp"
#include "live_line.hpp"
#include "local_system.hpp"

namespace ekiden::cli {

/// The local server, its queues and table, the workers and their common page. Its owner must await stop().
class Up {
 public:
  /// Listens at once. Throws local::StartError, ops::ListenFailed, app::UsageError.
  Up(app::Process& process, const app::Invocation& call);

  /// Starts all, says where it is, then relays what the workers say; ends by cancellation, or by throwing when no
  /// worker is left.
  Task<> run();
  /// Workers first, so that they settle what they hold. Yields 0 if each ended well.
  Task<int> stop();

 private:
  void start_worker(int number);
  void worker_ended(const Fleet::Member& member);
  Task<> learn_address(LinePipe& pipe, std::string worker);
  Task<> relay_log(LinePipe& pipe, std::string worker);
  Task<> show_counts();
  std::string counts() const;
  void introduce(bool created);

  app::Process& process_;
  const app::Invocation& call_;
  WorkerCommand command_;
  LiveLine live_;
  LocalSystem system_;
  ops::FleetPage page_;
  Fleet fleet_;
  std::list<LinePipe> pipes_;
  std::map<std::string, std::string> addresses_;  // Of the workers' own pages, by worker.
  runtime::TaskGroup tasks_;
  runtime::Condition none_left_;
};

}  // namespace ekiden::cli
