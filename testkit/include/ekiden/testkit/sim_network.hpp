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
#include <utility>
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
  /// The share of requests and answers that stop for up to `stall_max`, and then go on: the peer lives but says
  /// nothing.
  double stall = 0;
  runtime::Duration stall_max = std::chrono::seconds(60);
  /// The speed of each connection in each direction. 0: no limit. set_speed() does the same for one process.
  std::uint64_t bytes_per_second = 0;
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
/// - A lost request or answer, or a connection that is dead or silent, fails with kReset after
///   http::CurlTransport::kDeadAfter, when Linux closes a connection whose peer acknowledges nothing.
/// - A request whose patience ends earlier (http::Patience) fails with kSilent. The rules are CurlTransport's, because
///   both use http::SilenceWatch: slow bytes are never cut, and the time at the gate does not count.
///
/// Connections are kept as CurlTransport keeps them: one for each request at a time, the most recently used one first.
/// A failure of a request closes its process's idle connections to that host.
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

  /// `wire` is the clock foreverything on the wire. It belongs to no process, so no crash stops it. It and `trace`
  /// must outlive the network.
  SimNetwork(runtime::Clock& wire, runtime::Random random, Trace& trace);
  ~SimNetwork();
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  void set_conditions(NetworkConditions conditions) { conditions_ = conditions; }
  /// Cuts the process off from all other processes, or connects it again.
  void set_partitioned(const Process& process, bool partitioned);
  /// Limits the speed of each connection of the process, in each direction, to other processes; 0: no limit. A
  /// connection is as slow as the slower of its two ends and of NetworkConditions::bytes_per_second. Holds from the
  /// next half second on, also for what is on the wire.
  void set_speed(const Process& process, std::uint64_t bytes_per_second);
  /// Makes the process silent, or lets it be heard again. While it is silent, its bytes and those for it vanish without
  /// a reset, and new connections fail with kConnect after 3 s. What then has not failed goes on, as TCP sends it
  /// again.
  void set_silent(const Process& process, bool silent);
  /// All open connections of the process, used and idle, go silent forever, as when a router forgets them. Nothing
  /// resets them. New connections work.
  void lose_connections(const Process& process);
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

  struct Kept {  ///< Idle connections.
    std::size_t live = 0;
    std::size_t dead = 0;
  };
  enum class Connection { kNone, kLive, kDead };

  void draw_fate(Exchange& exchange);
  ExchangePtr open(Process& client, http::HttpRequest request);
  void deliver(const ExchangePtr& exchange);
  void hand_over(const ExchangePtr& exchange);
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

  // In sim_carriage.cpp.
  bool is_silent(const Exchange& exchange) const;
  std::uint64_t speed_of(const Exchange& exchange) const;
  Kept& kept(const Exchange& exchange);
  Connection connect(const ExchangePtr& exchange);
  void disconnect(Exchange& exchange);
  void carry(const ExchangePtr& exchange, std::uint64_t bytes, std::function<void()> arrived);
  void carry_on(const ExchangePtr& exchange);
  void upload(const ExchangePtr& exchange, std::function<void()> arrived);
  void arrive(const ExchangePtr& exchange);
  void hold(const ExchangePtr& exchange);
  void fetch_body(const ExchangePtr& exchange);
  void be_patient(const ExchangePtr& exchange);
  void lose_patience(const ExchangePtr& exchange);

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
  std::set<std::size_t> silent_;
  std::map<std::size_t, std::uint64_t> speeds_;
  std::map<std::pair<std::size_t, std::string>, Kept> kept_;  // By client and host.
  std::vector<Observer> observers_;
  std::map<std::string, std::uint64_t, std::less<>> calls_;
  std::uint64_t next_id_ = 0;
};

}  // namespace ekiden::testkit
