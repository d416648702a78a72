/// KeptWorker: a worker process of `ekiden up`, started again when it crashes.
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

/// A crash is an end that nobody asked for, by a signal or with a status other than 0. Two kinds of statuses are final,
/// because the next life would end alike: 2, a refused configuration, and a shell's 126 and 127, no such program.
///
/// Stopped by its owner: request_stop(), then Fleet::stop(), then the end of run().
class KeptWorker {
 public:
  /// What its owner is told, on the event loop.
  struct Listener {
    std::function<void()> started;                          ///< Each life.
    process::LinePipe::OnLine address;                      ///< Of its own page.
    process::LinePipe::OnLine output;                       ///< A line that it wrote.
    std::function<void(const std::string& words)> ended{};  ///< How, and what follows. Not after a stop that went well.
  };

  /// `spec` without output and inherited descriptor, which are ours. The fleet must outlive it.
  KeptWorker(runtime::Env env, process::Fleet& fleet, std::string name, process::ProgramSpec spec, Listener listener,
             process::RestartLimits limits = {});
  KeptWorker(const KeptWorker&) = delete;
  KeptWorker& operator=(const KeptWorker&) = delete;
  ~KeptWorker();

  /// Its first life begins. Throws std::system_error.
  void start();
  /// Keeps it, once started, until it ends well or is stopped. Throws std::runtime_error when it is given up. Its owner
  /// does not cancel it.
  runtime::Task<> run();
  /// No further life; one that is awaited is called off.
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
