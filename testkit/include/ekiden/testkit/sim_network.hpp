/// SimNetwork: HTTP between simulated processes, with latency and faults that the seed decides.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::testkit {

class Process;
class Trace;

/// Latency and faults of the network. Rates are shares of all requests, from 0 to 1.
struct NetworkConditions {
  /// The time of a request or of an answer, uniformly distributed between the two.
  runtime::Duration latency_min = std::chrono::microseconds(200);
  runtime::Duration latency_max = std::chrono::milliseconds(2);
  /// The share of requests and answers that take up to `slow_max` longer.
  double slow = 0;
  runtime::Duration slow_max = std::chrono::seconds(2);
  /// The request is lost, or the answer is lost after the handler ran. Nothing arrives.
  double lose_request = 0;
  double lose_answer = 0;
  /// The connection is reset before or after the handler runs.
  double reset_request = 0;
  double reset_answer = 0;
};

/// Carries requests from Transport::send() to the handler of the listening process, and carries answers back. Errors
/// are those of http::TransportError:
///
/// - No process listens at the authority: kConnect.
/// - The client cancels or crashes before the answer: the request is not delivered, or its handler is cancelled one
///   latency later.
/// - The server crashes: its clients get kReset, except for answers that are already on the wire.
/// - A handler throws http::DropConnection: kReset. Any other exception: status 500, as with http::Server.
/// - A process is partitioned: connections fail with kConnect after 3 s, and everything on the wire is lost.
/// - A lost request or answer fails with kReset after 924 s, when Linux stops retransmitting (tcp_retries2 = 15).
/// Callers
///   should have shorter deadlines.
///
/// Every answer waits at its request's gate (http::BodyGate), however short it is. Nothing is duplicated, as TCP
/// guarantees. As with http::Server, a handler sees the origin form of the URL and a Host header, and an answer without
/// a Date header gets one from the server's wall clock.
class SimNetwork {
 public:
  /// An answer at the moment when the handler returned it, before it can be lost.
  struct Answered {
    const Process& client;
    const Process& server;
    const http::HttpRequest& request;
    const http::HttpResponse& response;
  };
  using Observer = std::function<void(const Answered&)>;

  /// `wire` is the clock for everything on the wire. It belongs to no process, so no crash stops it. It and `trace`
  /// must outlive the network.
  SimNetwork(runtime::Clock& wire, runtime::Random random, Trace& trace);
  ~SimNetwork();
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  void set_conditions(NetworkConditions conditions) { conditions_ = conditions; }
  /// Cuts the process off from all other processes, or connects it again.
  void set_partitioned(const Process& process, bool partitioned);
  /// Calls `observer` for each answer, until the simulation ends.
  void observe(Observer observer) { observers_.push_back(std::move(observer)); }

  /// The number of requests of this operation that handlers have received so far. operation() is the text after the dot
  /// in X-Amz-Target, or the path if there is no such header.
  std::uint64_t calls(std::string_view operation) const;
  static std::string operation(const http::HttpRequest& request);

  // For Process and Simulation.
  std::unique_ptr<http::Transport> transport_for(Process& process);
  void listen(Process& process, const std::string& authority, http::Handler handler);
  void stop_listening(const std::string& authority) { listeners_.erase(authority); }
  /// The process crashes: nothing reaches it or leaves it from now on.
  void cut_off(Process& process);

 private:
  struct Exchange;
  using ExchangePtr = std::shared_ptr<Exchange>;
  class Endpoint;
  struct Listener {
    Process* process;
    http::Handler handler;
  };

  ExchangePtr open(Process& client, http::HttpRequest request);
  void deliver(const ExchangePtr& exchange);
  void handle(const ExchangePtr& exchange, const Listener& listener);
  void answered(const ExchangePtr& exchange, http::HttpResponse response);
  void dropped(const ExchangePtr& exchange);
  void abandon(const ExchangePtr& exchange);
  void settle(const ExchangePtr& exchange);
  void fail(const ExchangePtr& exchange, http::TransportError::Kind kind, const char* why);
  void fail_after(const ExchangePtr& exchange, runtime::Duration time, http::TransportError::Kind kind,
                  const char* why);
  void go_silent(const ExchangePtr& exchange);
  void after(const ExchangePtr& exchange, runtime::Duration time, std::function<void()> step);
  bool partitioned(const Process* process) const;
  runtime::Duration latency();
  void note(const Exchange& exchange, std::string_view what);
  static Task<> serve(SimNetwork& network, ExchangePtr exchange, http::Handler handler);

  runtime::Clock& wire_;
  runtime::Random random_;
  Trace& trace_;
  NetworkConditions conditions_;
  std::map<std::string, Listener> listeners_;
  std::map<std::uint64_t, ExchangePtr> exchanges_;
  std::set<std::size_t> partitioned_;
  std::vector<Observer> observers_;
  std::map<std::string, std::uint64_t, std::less<>> calls_;
  std::uint64_t next_id_ = 0;
};

}  // namespace ekiden::testkit
