/// Process: the machine as one run of a program sees it.
#pragma once

#include <ekiden/aws/environment.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ekiden::app {

/// One event loop with its clock, chance, events and threads, a way to the network, and the signals.
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
  /// The authorities that the transport trusts, a PEM file; empty: the system's. Before the first use of the transport.
  void trust(std::string ca_file);
  /// The variables of this process, as aws/ asks for them.
  static aws::Environment environment();

  /// What the first SIGINT or SIGTERM does; the name of the signal is given.
  using OnSignal = std::function<void(std::string_view signal)>;

  /// Runs `main` to its end and yields its exit status, or throws what it threw. The first SIGINT or SIGTERM calls
  /// `on_signal`; without one it cancels `main` (terminal). A second signal later than 1 s after the first ends the
  /// process at once with base::kExitFailed; an earlier one is ignored: terminals send them in pairs.
  int run(Task<int> main, OnSignal on_signal = {});

  /// True once a signal asked the process to stop.
  bool interrupted() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::app
