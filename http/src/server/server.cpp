#include <ekiden/http/events.hpp>
#include <ekiden/http/listen_address.hpp>
#include <ekiden/http/server.hpp>
#include <ekiden/runtime/run_owning.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <list>
#include <optional>

#include "accept_failure.hpp"
#include "connection.hpp"

namespace ekiden::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// Wait before the next accept when descriptors or memory are exhausted, and no connection can give way.
constexpr runtime::Duration kAcceptRetry = std::chrono::milliseconds(100);
constexpr runtime::Duration kReportInterval = std::chrono::minutes(1);
// At the limit, with a client that waits: how often the server looks for a connection that has become slow.
constexpr runtime::Duration kCrowdedLook = std::chrono::milliseconds(250);

// Descriptors that connections leave to the rest of the process: its files, its sockets to other servers.
constexpr rlim_t kDescriptorsReserved = 64;
constexpr rlim_t kConnectionsMin = 8;

std::size_t connections_max(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return wanted;
  }
  const rlim_t left = limit.rlim_cur - std::min(limit.rlim_cur, kDescriptorsReserved);
  return static_cast<std::size_t>(std::min<rlim_t>(wanted, std::max(left, kConnectionsMin)));
}

tcp::endpoint parse_listen(const std::string& text) {
  const std::optional<ListenAddress> address = ListenAddress::parse(text);
  if (!address) {
    throw ListenError(text, "not of the form ADDRESS:PORT, for example 127.0.0.1:9000", false);
  }
  return {address->ip, address->port};
}

// Otherwise a child process would keep the port, and connections that nobody serves.
void close_on_exec(int socket) { ::fcntl(socket, F_SETFD, FD_CLOEXEC); }

}  // namespace

ListenError::ListenError(std::string address, std::string reason, bool in_use)
    : std::runtime_error("cannot listen on " + address + ": " + reason),
      address_(std::move(address)),
      reason_(std::move(reason)),
      in_use_(in_use) {}

class Server::State {
 public:
  State(runtime::Executor executor, runtime::Clock& clock, ServerOptions options, Handler handler)
      : serving{.clock = clock, .options = std::move(options), .handler = std::move(handler)},
        acceptor(executor),
        tasks(executor) {
    serving.options.connections_max = connections_max(serving.options.connections_max);
    const tcp::endpoint endpoint = parse_listen(serving.options.listen);
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    check(error);
    close_on_exec(acceptor.native_handle());
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    check(error);
    acceptor.bind(endpoint, error);
    check(error);
    acceptor.listen(tcp::acceptor::max_listen_connections, error);
    check(error);
    local = acceptor.local_endpoint(error);
    check(error);
  }

  void check(const error_code& error) const {
    if (error == boost::asio::error::address_in_use) {
      throw ListenError(serving.options.listen, "the port is in use by another program", true);
    }
    if (error == boost::asio::error::access_denied) {
      throw ListenError(serving.options.listen, "permission denied (ports below 1024 need privileges)", false);
    }
    if (error) {
      throw ListenError(serving.options.listen, error.message(), false);
    }
  }

  std::string address() const {
    const std::string host = local.address().to_string();
    return (local.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(local.port());
  }

  runtime::Task<> accept() {
    bool a_client_waits = false;
    while (!serving.stopping) {
      if (connections.size() >= serving.options.connections_max) {
        co_await make_room();
        continue;
      }
      error_code error;
      tcp::socket socket =
          co_await acceptor.async_accept(boost::asio::redirect_error(boost::asio::use_awaitable, error));
      if (!error) {
        close_on_exec(socket.native_handle());
        start(std::move(socket));
        a_client_waits = false;
      } else if (is_exhaustion(error) && !a_client_waits) {
        co_await client();  // Without descriptors, accept(2) fails although there is no client.
        a_client_waits = true;
      } else if (error != boost::asio::error::operation_aborted && !serving.stopping) {
        co_await recover(error);
      }
    }
  }

  // Returns when a client waits in the kernel's queue.
  runtime::Task<> client() {
    error_code ignored;  // The next accept reports it.
    co_await acceptor.async_wait(tcp::acceptor::wait_read,
                                 boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  // At the limit: waits for a client, and then until a connection has given way.
  runtime::Task<> make_room() {
    co_await client();
    serving.crowded = true;
    while (!serving.stopping && connections.size() >= serving.options.connections_max) {
      one_gives_way();
      const runtime::Clock::Alarm look =
          serving.clock.call_at(serving.clock.now() + kCrowdedLook, [this] { serving.freed.notify_all(); });
      co_await serving.freed.wait();
    }
    serving.crowded = false;
  }

  // Ends the connection that has been idle for longest, or else the one that has been slow for longest, unless one is
  // ending already. Returns false if every connection is busy.
  bool one_gives_way() {
    const runtime::TimePoint now = serving.clock.now();
    Connection* chosen = nullptr;
    Connection::Use use = Connection::Use::kBusy;
    for (const auto& each : connections) {
      const Connection::Use its = each->use(now);
      if (its == Connection::Use::kEnding) {
        return true;
      }
      if (its < use || (its == use && chosen != nullptr && each->since() < chosen->since())) {
        use = its;
        chosen = each.get();
      }
    }
    if (chosen != nullptr) {
      chosen->give_way();
    }
    return chosen != nullptr;
  }

  runtime::Task<> recover(error_code error) {
    report(error);
    if (is_exhaustion(error) && one_gives_way()) {
      co_await serving.freed.wait();
    } else {
      co_await serving.clock.sleep_for(kAcceptRetry);
    }
  }

  void report(const error_code& error) {
    const runtime::TimePoint now = serving.clock.now();
    ++failures;
    if (serving.options.events != nullptr && (!reported || now - *reported >= kReportInterval)) {
      const std::string where = address();
      const std::string text = accept_failure_text(error);
      serving.options.events->publish(events::kAcceptFailed,
                                      {std::string_view(where), std::string_view(text), failures});
      reported = now;
      failures = 0;
    }
  }

  void start(tcp::socket socket) {
    auto connection = std::make_shared<Connection>(serving, std::move(socket));
    const auto position = connections.insert(connections.end(), connection);
    auto forget = [this, position](const std::exception_ptr&) {
      connections.erase(position);
      serving.freed.notify_one();
    };
    connection->set_task(tasks.spawn(Connection::serve(connection), std::move(forget)));
  }

  // Returns after a stop request, when the requests in flight have ended.
  runtime::Task<> serve() {
    while (!serving.stopping) {
      co_await stopped.wait();
    }
    co_await tasks.join();
  }

  // Ends all connections and alarms, also if serve() was cancelled.
  runtime::Task<> end() {
    stop(runtime::Duration::zero());
    tasks.cancel();
    co_await tasks.join();
    deadline.cancel();
  }

  void stop(runtime::Duration grace) {
    if (!serving.stopping) {
      serving.stopping = true;
      error_code ignored;
      acceptor.close(ignored);
      for (const auto& connection : connections) {
        connection->stop_if_idle();
      }
      serving.freed.notify_all();
      stopped.notify_all();
    }
    deadline = serving.clock.call_at(serving.clock.now() + grace, [this] { tasks.cancel(); });
  }

  Serving serving;
  tcp::acceptor acceptor;
  tcp::endpoint local;
  std::list<std::shared_ptr<Connection>> connections;
  runtime::Condition stopped;
  runtime::Clock::Alarm deadline;
  std::int64_t failures = 0;                   // Of accept, since the last report.
  std::optional<runtime::TimePoint> reported;  // When the last one was reported.
  runtime::TaskGroup tasks;
};

Server::Server(runtime::Executor executor, runtime::Clock& clock, ServerOptions options, Handler handler)
    : state_(std::make_unique<State>(std::move(executor), clock, std::move(options), std::move(handler))) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return state_->local.port(); }

std::string Server::address() const { return state_->address(); }

std::string Server::url() const { return "http://" + state_->address(); }

runtime::Task<> Server::run() {
  State& state = *state_;
  state.tasks.spawn(state.accept());
  co_await runtime::run_owning(state.serve(), [&state] { return state.end(); });
}

void Server::request_stop(runtime::Duration grace) noexcept { state_->stop(grace); }

std::size_t Server::connections() const { return state_->connections.size(); }

}  // namespace ekiden::http
