/// SteppedLoop: an event loop with real sockets that moves, as its time does, only when the test says so. For servers.
#pragma once

#include <ekiden/http/server.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/simulated/clock.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace ekiden::http::test {

using namespace std::chrono_literals;

class SteppedLoop {
 public:
  /// Runs everything that is ready. On loopback, what a client has sent is ready at once.
  void step() {
    for (int quiet = 0; quiet < 2;) {
      context.restart();
      quiet = context.poll() == 0 ? quiet + 1 : 0;
    }
  }
  void advance(runtime::Duration time) {
    step();
    time_.now += time;
    boost::asio::post(context, [this] { clock.fire(); });
    step();
  }
  runtime::Env env() { return {context.get_executor(), clock, random, events, offload}; }

 private:
  runtime::VirtualTime time_{runtime::TimePoint(1h), {}};

 public:
  boost::asio::io_context context{1};
  runtime::SimulatedClock clock{time_};
  runtime::Random random{1};
  runtime::Events events;
  runtime::ThreadOffload offload{1};
};

/// Serves with any server that has run() and request_stop(), as long as it lives.
template <typename Server>
class Serving {
 public:
  Serving(SteppedLoop& loop, Server& server) : loop_(loop), server_(server), tasks_(loop.context.get_executor()) {
    tasks_.spawn(server.run());
    loop_.step();
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;
  ~Serving() {
    boost::asio::post(loop_.context, [this] { server_.request_stop(0s); });
    loop_.advance(0s);
    // Work that runs on a thread of the offload ends in its own time.
    while (tasks_.size() > 0) {
      loop_.context.restart();
      loop_.context.run_one();
    }
  }

 private:
  SteppedLoop& loop_;
  Server& server_;
  runtime::TaskGroup tasks_;
};

class SteppedServer : public SteppedLoop {
 public:
  explicit SteppedServer(Handler handler, ServerOptions options = {})
      : server(context.get_executor(), clock, std::move(options), std::move(handler)) {}

  Server server;

 private:
  Serving<Server> serving_{*this, server};
};

/// A client of a server on a SteppedLoop: it sends raw bytes and looks at what has arrived.
class SteppedClient {
 public:
  SteppedClient(SteppedLoop& loop, std::uint16_t port) : loop_(loop), port_(port), socket_(context_) { connect(); }
  explicit SteppedClient(SteppedServer& server) : SteppedClient(server, server.server.port()) {}
  /// Has a socket, but connects later.
  SteppedClient(SteppedServer& server, std::defer_lock_t)
      : loop_(server), port_(server.server.port()), socket_(context_) {
    socket_.open(boost::asio::ip::tcp::v4());
  }

  void connect() {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port_});
    loop_.step();
  }
  void send(std::string_view bytes) {
    boost::system::error_code ignored;  // The server can have closed the connection.
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
    loop_.step();
  }
  /// Everything that has arrived since the last call, up to about `size_max` bytes.
  std::string received(std::size_t size_max = std::numeric_limits<std::size_t>::max()) {
    loop_.step();
    socket_.non_blocking(true);
    std::string text;
    std::array<char, 65536> bytes{};
    boost::system::error_code error;
    while (!error && text.size() < size_max) {
      text.append(bytes.data(), socket_.read_some(boost::asio::buffer(bytes), error));
      loop_.step();
    }
    closed_ = error && error != boost::asio::error::would_block;
    socket_.non_blocking(false);
    return text;
  }
  std::string ask(std::string_view request) {
    send(request);
    return received();
  }
  /// True if the server has closed the connection. Drops what has arrived.
  bool closed() {
    received();
    return closed_;
  }
  /// True if received() has found the end of the connection.
  bool ended() const { return closed_; }

 private:
  boost::asio::io_context context_{1};
  SteppedLoop& loop_;
  std::uint16_t port_;
  boost::asio::ip::tcp::socket socket_;
  bool closed_ = false;
};

}  // namespace ekiden::http::test
