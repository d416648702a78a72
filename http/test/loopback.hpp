/// Loopback: a real event loop with a server on a free port, for tests.
#pragma once

#include <ekiden/http/server.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/real_clock.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <exception>
#include <string>

namespace ekiden::http::test {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

class Loopback {
 public:
  explicit Loopback(Handler handler, ServerOptions options = {})
      : server(context.get_executor(), clock, std::move(options), std::move(handler)) {}

  /// Serves while `task` runs, then stops the server. Throws what `task` threw. Fails after 30 s.
  void run(runtime::Task<> task) {
    std::exception_ptr error;
    // Otherwise the loop would go on until the kernel timer of the last alarm.
    int running = 2;
    auto one_ended = [this, &running] {
      if (--running == 0) {
        context.stop();
      }
    };
    runtime::TaskGroup group(context.get_executor());
    group.spawn(server.run(), [&one_ended](const std::exception_ptr&) { one_ended(); });
    auto done = [this, &error, &one_ended](std::exception_ptr thrown, bool in_time) {
      error = thrown || in_time ? thrown : std::make_exception_ptr(std::runtime_error("took too long"));
      server.request_stop(100ms);
      one_ended();
    };
    boost::asio::co_spawn(context, runtime::with_deadline(clock, 30s, std::move(task)), std::move(done));
    context.run();
    context.restart();
    if (error) {
      std::rethrow_exception(error);
    }
  }

  boost::asio::io_context context{1};
  runtime::RealClock clock{context.get_executor()};
  Server server;
};

/// A client that sends and reads raw bytes.
class RawClient {
 public:
  explicit RawClient(Loopback& loopback) : socket_(loopback.context), port_(loopback.server.port()) {}

  runtime::Task<> connect() {
    const tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port_);
    co_await socket_.async_connect(endpoint, boost::asio::use_awaitable);
  }
  runtime::Task<> write(std::string text) {
    co_await boost::asio::async_write(socket_, boost::asio::buffer(text), boost::asio::use_awaitable);
  }
  /// Reads up to and including `end`, or to the end of the connection.
  runtime::Task<std::string> read_until(std::string end) {
    while (received_.find(end) == std::string::npos) {
      char bytes[4096];
      boost::system::error_code error;
      const std::size_t size = co_await socket_.async_read_some(
          boost::asio::buffer(bytes), boost::asio::redirect_error(boost::asio::use_awaitable, error));
      received_.append(bytes, size);
      if (error) {
        co_return std::exchange(received_, {});
      }
    }
    const std::size_t size = received_.find(end) + end.size();
    std::string text = received_.substr(0, size);
    received_.erase(0, size);
    co_return text;
  }
  runtime::Task<std::string> read_to_end() { return read_until(std::string("\0never\0", 7)); }
  void close() { socket_.close(); }

 private:
  tcp::socket socket_;
  std::uint16_t port_;
  std::string received_;
};

}  // namespace ekiden::http::test
