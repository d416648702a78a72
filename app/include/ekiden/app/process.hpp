/// Process: the event loop, network and signals of a running program.
#pragma once

#include <ekiden/aws/environment.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ekiden::app {

/// One event loop with its clock, random numbers, events and thread pool, an HTTP transport, and the handling of
/// signals. It owns everything that it returns. It ignores SIGPIPE and SIGXFSZ for the whole process, and opens the
/// standard streams that are closed.
class Process {
 public:
  /// Of the pool behind Env::offload unless given: a local server's store needs no more.
  static constexpr unsigned kOffloadThreads = 2;

  /// The threads start with the first work that is offloaded.
  explicit Process(unsigned offload_threads = kOffloadThreads);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  runtime::Env env();
  http::Transport& transport();
  /// Sets the certificate authorities that the transport trusts: a PEM file; empty: the system's. Call it before the
  /// first call of transport().
  void trust(std::string ca_file);
  /// Looks up environment variables of this process.
  static aws::Environment environment();

  /// Called on the event loop, with the name of the signal.
  using OnSignal = std::function<void(std::string_view signal)>;

  /// Runs `main` until it ends. Returns its exit status, or throws what it threw. SIGINT, SIGTERM, SIGQUIT and SIGHUP
  /// have the same effect. If SIGHUP is ignored at the call, as under nohup, it stays ignored.
  ///
  /// The first signal calls `on_first`, which starts an orderly end; without `on_first` it cancels `main`. The second
  /// signal calls `on_second`, which cuts short what the end still waits for. The next signal ends the process at once
  /// with base::kExitFailed; without `on_second` the second signal does. A signal within 1 s of the last one that had
  /// an effect is ignored, because terminals often send a signal twice.
  int run(Task<int> main, OnSignal on_first = {}, OnSignal on_second = {});

  /// True after the first signal.
  bool interrupted() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::app
