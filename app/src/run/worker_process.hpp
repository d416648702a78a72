/// WorkerProcess: one run of a worker: its service, log, metrics, status pages and health socket.
#pragma once

#include <ekiden/app/app.hpp>

#include <memory>
#include <string>
#include <vector>

namespace ekiden::app {

class WorkerProcess {
 public:
  struct Consumer {
    Defaults defaults;
    worker::AnyHandler handler;
    std::vector<worker::Member> members;  ///< The members of the struct that the handler takes.
  };

  /// Throws UsageError, aws::ConfigurationError or ops::ListenFailed.
  WorkerProcess(const Invocation& call, const std::string& name, const std::string& version,
                const std::vector<Consumer>& consumers);
  ~WorkerProcess();

  /// Runs until SIGINT or SIGTERM has ended the worker, or until the service gives up. Returns the exit status.
  int run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::app
