/// WorkerProcess: one run of a worker: its service, and what its operator sees of it.
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
    std::vector<worker::Member> members;  ///< Of what it takes.
  };

  /// Throws UsageError, aws::ConfigurationError or ops::ListenFailed.
  WorkerProcess(const Invocation& call, const std::string& name, const std::string& version,
                const std::vector<Consumer>& consumers);
  ~WorkerProcess();

  /// Until a signal, or until the service gives up. Yields the exit status.
  int run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ekiden::app
