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

/// One event loop with its clock, random numbers, events and thread pool, an HTTP transport, and the handling of SIGINT
/// and SIGTERM. It owns everything that it returns. It ignores SIGPIPE for the whole process.
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

  /// Called at the first SIGINT or SIGTERM, with the name of the signal.
  using OnSignal = std::function<void(std::string_view signal)>;

  /// Runs `main` until it ends. Returns its exit status, or throws what it threw. The first SIGINT or SIGTERM calls
  /// `on_signal`; without an `on_signal` it cancels `main`. A further signal more than 1 s after the first ends the
  /// process at once with base::kExitFailed. One within that second is ignored, because terminals often send a signal
  /// twice.
  int run(Task<int> main, OnSignal on_signal = {});

  /// True after the first signal.
  bool interrupted() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::app
