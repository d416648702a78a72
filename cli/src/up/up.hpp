/// Up: everything that `ekiden up` runs.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/ops/fleet_page.hpp>
#include <ekiden/process/fleet.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <list>
#include <map>
#include <optional>
#include <string>

#include "kept_worker.hpp"
#include "local/local_system.hpp"
#include "terminal/live_line.hpp"
#include "worker_command.hpp"

namespace ekiden::cli {

/// The local server, its queues and table, the workers and their common page. Its owner must await stop().
class Up {
 public:
  /// Listens at once. Throws local::StartError, ops::ListenFailed, app::UsageError.
  Up(app::Process& process, const app::Invocation& call);

  /// Starts all, says where it is, then relays what the workers say and starts again which of them crash; ends by
  /// cancellation, or by throwing when one of them crashes too often or none is left.
  Task<> run();
  /// Workers first, so that they settle what they hold. Yields base::kExitDone if each ended well, else
  /// base::kExitFailed.
  Task<int> stop();

 private:
  void start_worker(int number);
  KeptWorker::Listener listener(const std::string& worker);
  void relay(const std::string& worker, const std::string& line);
  Task<> show_counts();
  Task<std::string> counts();
  Task<std::string> counts_or_nothing();
  void introduce(bool created);

  app::Process& process_;
  const app::Invocation& call_;
  WorkerCommand command_;
  LiveLine live_;
  LocalSystem system_;
  ops::FleetPage page_;
  process::Fleet fleet_;
  std::list<KeptWorker> workers_;
  std::map<std::string, std::string> addresses_;  // Of the workers' own pages, by worker.
  runtime::TaskGroup tasks_;
  runtime::TaskGroup keepers_;  // Of the workers; never cancelled, so that each sees its worker's end.
  std::size_t kept_ = 0;
  std::exception_ptr given_up_;
  runtime::Condition changed_;
  std::optional<std::int64_t> dead_before_;  // Dead letters of earlier runs; nothing until the system has started.
};

}  // namespace ekiden::cli
