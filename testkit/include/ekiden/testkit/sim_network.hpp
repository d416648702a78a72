/// SimNetwork: HTTP between simulated processes, with latency and faults from a seed.
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

/// What the network does to requests. Rates are shares of all requests, 0 to 1.
struct NetworkConditions {
  /// One way, uniform between the two.
  runtime::Duration latency_min = std::chrono::microseconds(200);
  runtime::Duration latency_max = std::chrono::milliseconds(2);
  /// Such a share of the ways takes up to `slow_max` longer.
  double slow = 0;
  runtime::Duration slow_max = std::chrono::seconds(2);
  /// Silence: the request, or the answer after the handler ran, never arrives.
  double lose_request = 0;
  double lose_answer = 0;
  /// The connection is reset before the handler runs, or after it ran.
  double reset_request = 0;
  double reset_answer = 0;
};

/// Carries requests from Transport::send() to the handler of whoever listens, and answers back.
///
/// - Nobody listens (never did, crashed, stopped): kConnect.
/// - A client that goes away (cancels, crashes) before the answer: the request is not delivered any more, or its
///   handler is cancelled a latency later.
/// - A server that crashes: its clients get kReset, but for answers that are already under way.
/// - http::DropConnection from a handler: kReset; another exception: status 500, as http::Server does.
/// - A partitioned process: connections fail with kConnect after 3 s; what is under way is lost.
/// - Silence ends with kReset after 924 s, when Linux gives up sending again (tcp_retries2 = 15); callers' deadlines
///   are meant to be shorter.
/// An answer waits at its request's gate (http::BodyGate), however short it is.
/// Nothing is duplicated: that is TCP's promise. As with http::Server, a handler sees the origin form and a Host
/// header, and an answer without a Date has one, of the server's wall clock.
class SimNetwork {
 public:
  /// An answer, at the instant when the handler gave it: before it may be lost.
  struct Answered {
    const Process& client;
    const Process& server;
    const http::HttpRequest& request;
    const http::HttpResponse& response;
  };
  using Observer = std::function<void(const Answered&)>;

  /// `wire` is the clock of what is under way; it belongs to nobody who can crash.
  SimNetwork(runtime::Clock& wire, runtime::Random random, Trace& trace);
  ~SimNetwork();
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  void set_conditions(NetworkConditions conditions) { conditions_ = conditions; }
  /// Cuts the process off from all others, or connects it again.
  void set_partitioned(const Process& process, bool partitioned);
  /// Calls `observer` for each answer, until the simulation ends.
  void observe(Observer observer) { observers_.push_back(std::move(observer)); }

  /// Requests handed to a handler so far, by operation: what follows the dot in X-Amz-Target, else the path.
  std::uint64_t calls(std::string_view operation) const;
  static std::string operation(const http::HttpRequest& request);

  // For Process and Simulation.
  std::unique_ptr<http::Transport> transport_for(Process& process);
  void listen(Process& process, const std::string& authority, http::Handler handler);
  void stop_listening(const std::string& authority) { listeners_.erase(authority); }
  /// The process is dying: nothing goes in or out from now on.
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
