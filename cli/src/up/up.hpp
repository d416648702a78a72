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

/// The local server, its queues and table, the workers and their common status page. The owner must await stop() before
/// it destroys this.
class Up {
 public:
  /// Starts to listen. Throws local::StartError, ops::ListenFailed, app::UsageError.
  Up(app::Process& process, const app::Invocation& call);

  /// Starts everything and prints the URLs. Then it relays the workers' output and restarts workers that crash. It ends
  /// by cancellation, or with an exception if a worker is not restarted any more or all workers have ended.
  Task<> run();
  /// Stops the workers first, so that they settle their messages. Returns base::kExitDone if every worker ended with
  /// status 0, else base::kExitFailed.
  Task<int> stop();
  /// Cuts the workers' drain short while stop() waits for them.
  void hurry() { fleet_.hurry(); }

 private:
  void start_worker(int number);
  KeptWorker::Listener listener(const std::string& worker);
  void relay(const std::string& worker, const std::string& line);
  Task<> show_counts();
  Task<std::string> counts();
  Task<std::string> counts_or_nothing();
  void introduce(bool created);
  void relay_event(const runtime::Event& event);

  app::Process& process_;
  const app::Invocation& call_;
  WorkerCommand command_;
  LiveLine live_;
  LocalSystem system_;
  ops::FleetPage page_;
  process::Fleet fleet_;
  std::list<KeptWorker> workers_;
  std::map<std::string, std::string> addresses_;  // The URL of each worker's status page, by the worker's name.
  runtime::TaskGroup tasks_;
  runtime::TaskGroup keepers_;  // One for each worker. Never cancelled, so that each sees the end of its worker.
  std::size_t kept_ = 0;
  std::exception_ptr given_up_;
  runtime::Events::Subscription servers_;  // Warnings of the local server and of the status page.
  runtime::Condition changed_;
  bool started_ = false;  // The server has its queues.
};

}  // namespace ekiden::cli
