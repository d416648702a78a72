/// LocalService: SQS and DynamoDB on one machine.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/local/stats.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task.hpp>

#include <memory>

namespace ekiden::local {

/// Answers SQS (AWS JSON 1.0 and the old Query protocol) and DynamoDB (JSON 1.0); GET / says that it is well.
///
/// An answer leaves after the commit of what it tells. Requests that wait together share one commit. When a commit
/// fails (a full disk) each of its requests is tried alone; those that fail again are answered with a 500 and have had
/// no effect; the service stays up.
///
/// Limits:   64-bit counts; FIFO queues are refused.
/// Lifetime: outlives every task of handle() and run(); env's parts outlive it.
class LocalService {
 public:
  /// Opens the data, bringing an older format forward. Throws StartError.
  LocalService(runtime::Env env, ServiceOptions options);
  ~LocalService();
  LocalService(const LocalService&) = delete;
  LocalService& operator=(const LocalService&) = delete;

  /// Answers one request. Cancelled (terminal), it takes the request back: messages are never handed to a client that
  /// has gone, and those that were about to be are receivable again. Throws http::DropConnection (a fault).
  Task<http::HttpResponse> handle(http::HttpRequest request);

  /// Carries out the requests: to be owned once, by whoever owns the service. Ends after stop(), when everything
  /// queued is committed.
  Task<> run();

  /// Long polls are answered at once, empty, from now on.
  void end_polls();
  /// Ends long polls; what is queued is still carried out, what comes later refused; then run() ends.
  void stop();

  const Stats& stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ekiden::local
