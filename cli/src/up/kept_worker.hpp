/// KeptWorker: a worker process of `ekiden up`, restarted when it crashes.
#pragma once

#include <ekiden/process/fleet.hpp>
#include <ekiden/process/line_pipe.hpp>
#include <ekiden/process/restart_policy.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <functional>
#include <memory>
#include <string>

namespace ekiden::cli {

/// A crash is an end by a signal or with a status other than 0, without a stop request. A worker is not restarted after
/// these statuses, because it would end in the same way: 2 (wrong usage or configuration), and a shell's 126 and 127
/// (the program cannot be run).
///
/// To stop it: call request_stop(), then Fleet::stop(), then wait for the end of run().
class KeptWorker {
 public:
  /// Callbacks on the event loop.
  struct Listener {
    std::function<void()> started;      ///< Called for each start and restart.
    process::LinePipe::OnLine address;  ///< Called with the URL of its status page.
    process::LinePipe::OnLine output;   ///< Called with each line that it writes.
    /// Called with how it ended, and what follows. Not called after a successful stop.
    std::function<void(const std::string& words)> ended{};
  };

  /// KeptWorker sets `output` and `inherited` of `spec` itself. The fleet must outlive it.
  KeptWorker(runtime::Env env, process::Fleet& fleet, std::string name, process::ProgramSpec spec, Listener listener,
             process::RestartLimits limits = {});
  KeptWorker(const KeptWorker&) = delete;
  KeptWorker& operator=(const KeptWorker&) = delete;
  ~KeptWorker();

  /// Starts the process. Throws std::system_error.
  void start();
  /// Restarts the worker after each crash, until it ends with status 0 or is stopped. Throws std::runtime_error if it
  /// is not restarted any more. Do not cancel this task.
  runtime::Task<> run();
  /// Prevents further restarts, also one that waits for its delay.
  void request_stop();

 private:
  struct Life;

  runtime::Task<> hear_out();
  runtime::Task<> until_stop();
  runtime::Task<bool> start_again(std::string words);
  runtime::Duration next_delay(const std::string& words);

  runtime::Env env_;
  process::Fleet& fleet_;
  std::string name_;
  process::ProgramSpec spec_;
  Listener listener_;
  process::RestartPolicy policy_;
  std::unique_ptr<Life> life_;
  bool stop_asked_ = false;
  runtime::Condition stop_;
};

}  // namespace ekiden::cli
