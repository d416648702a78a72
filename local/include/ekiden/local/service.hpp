/// LocalService: SQS and DynamoDB on one machine.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/local/stats.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/task.hpp>

#include <memory>

namespace ekiden::local {

/// Answers SQS (AWS JSON 1.0 and the old Query protocol) and DynamoDB (JSON 1.0). GET / answers that the server is
/// healthy.
///
/// An answer is sent after the commit of its data. Requests that wait at the same time share one commit. If a commit
/// fails (a full disk), each of its requests is tried alone. Those that fail again are answered with status 500 and
/// have no effect. The service stays up.
///
/// Limits:   64-bit counts. FIFO queues are rejected.
/// Lifetime: it outlives every task of handle() and run(); the parts of `env` outlive it.
class LocalService {
 public:
  /// Opens the data, and converts an older format to the current one. Throws StartError.
  LocalService(runtime::Env env, ServiceOptions options);
  ~LocalService();
  LocalService(const LocalService&) = delete;
  LocalService& operator=(const LocalService&) = delete;

  /// Answers one request. When cancelled (terminal), it undoes the receive of messages that the client did not get:
  /// they are visible again. Throws http::DropConnection (a fault).
  Task<http::HttpResponse> handle(http::HttpRequest request);

  /// Executes the requests. Call it once; the owner of the service owns the task. Ends after stop(), when everything
  /// queued is committed.
  Task<> run();

  /// From now on, long polls are answered at once, with an empty answer.
  void end_polls();
  /// Ends long polls. Queued requests are still executed, later ones are rejected; then run() ends.
  void stop();

  const Stats& stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ekiden::local
