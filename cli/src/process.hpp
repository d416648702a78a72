/// Process: the machine as one run of `ekiden` sees it.
#pragma once

#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/real_clock.hpp>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace ekiden::cli {

/// One event loop with its clock, chance, events and threads, and a way to the network.
class Process {
 public:
  Process();
  ~Process();

  runtime::Env env();
  runtime::Executor executor() { return loop_.get_executor(); }
  runtime::Clock& clock() { return clock_; }
  http::Transport& transport();

  /// Runs `main` to its end and returns its exit status, or throws what it threw. SIGINT or SIGTERM cancels it
  /// (terminal): it then cleans up behind runtime::shield() and rethrows, or returns a status. A second signal later
  /// than 1 s after the first ends the process at once with status 1.
  int run(runtime::Task<int> main);

  /// True once a signal asked us to stop.
  bool interrupted() const { return interrupted_; }

 private:
  boost::asio::io_context loop_{1};
  runtime::RealClock clock_;
  runtime::Random random_;
  runtime::Events events_;
  runtime::ThreadOffload offload_;
  std::unique_ptr<http::CurlTransport> transport_;
  bool interrupted_ = false;
};

}  // namespace ekiden::cli
