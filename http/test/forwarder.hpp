/// Forwarders between a client and a server on loopback: a proxy that grants tunnels, and a TLS terminator.
#pragma once

#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::http::test {

/// A client's connection, and our connection to the server for it.
template <typename Client>
struct Tunnel {
  template <typename... Arguments>
  explicit Tunnel(boost::asio::ip::tcp::socket socket, Arguments&... arguments)
      : server(socket.get_executor()), client(std::move(socket), arguments...) {}
  void close() {
    boost::system::error_code ignored;
    client.lowest_layer().close(ignored);
    server.close(ignored);
  }
  runtime::Task<> connect(std::uint16_t port) {
    const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
    co_await server.async_connect(endpoint, boost::asio::use_awaitable);
  }

  boost::asio::ip::tcp::socket server;
  Client client;
};

/// Copies bytes until either end closes, then closes both. `from` and `to` belong to the tunnel.
template <typename Client, typename From, typename To>
runtime::Task<> carry(std::shared_ptr<Tunnel<Client>> tunnel, From& from, To& to) {
  std::string bytes(1 << 16, ' ');
  boost::system::error_code error;
  while (!error) {
    const std::size_t size = co_await from.async_read_some(
        boost::asio::buffer(bytes), boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (!error) {
      co_await boost::asio::async_write(to, boost::asio::buffer(bytes, size),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    }
  }
  tunnel->close();
}

/// Accepts on a free port until stop(). A derived class defines what to do with a connection.
class Forwarder {
 public:
  explicit Forwarder(const runtime::Executor& executor)
      : tasks_(executor), acceptor_(executor, {boost::asio::ip::address_v4::loopback(), 0}) {}
  virtual ~Forwarder() = default;
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string origin(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port());
  }
  void start() { tasks_.spawn(accept_all(*this)); }
  /// Must be awaited before the end. Throws what failed in a connection.
  runtime::Task<> stop() {
    tasks_.cancel();
    return tasks_.join();
  }
  int connections() const { return connections_; }

 protected:
  virtual runtime::Task<> serve(boost::asio::ip::tcp::socket client) = 0;

  template <typename Client>
  void join_ends(const std::shared_ptr<Tunnel<Client>>& tunnel) {
    tasks_.spawn(carry(tunnel, tunnel->client, tunnel->server));
    tasks_.spawn(carry(tunnel, tunnel->server, tunnel->client));
  }

  runtime::TaskGroup tasks_;

 private:
  static runtime::Task<> accept_all(Forwarder& self) {
    for (;;) {
      boost::asio::ip::tcp::socket client = co_await self.acceptor_.async_accept(boost::asio::use_awaitable);
      ++self.connections_;
      self.tasks_.spawn(self.serve(std::move(client)));
    }
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  int connections_ = 0;
};

/// A proxy that grants every tunnel: to the requested port on this machine, whatever the host is.
class ConnectProxy final : public Forwarder {
 public:
  using Forwarder::Forwarder;
  std::vector<std::string> heads;  ///< What was asked, up to the empty line.

 private:
  runtime::Task<> serve(boost::asio::ip::tcp::socket client) override {
    const auto tunnel = std::make_shared<Tunnel<boost::asio::ip::tcp::socket>>(std::move(client));
    std::string head;
    co_await boost::asio::async_read_until(tunnel->client, boost::asio::dynamic_buffer(head), "\r\n\r\n",
                                           boost::asio::use_awaitable);
    heads.push_back(head);
    const std::string authority = head.substr(0, head.find(" HTTP/1.1\r\n"));
    co_await tunnel->connect(static_cast<std::uint16_t>(std::stoi(authority.substr(authority.rfind(':') + 1))));
    const std::string granted = "HTTP/1.1 200 Connection established\r\n\r\n";
    co_await boost::asio::async_write(tunnel->client, boost::asio::buffer(granted), boost::asio::use_awaitable);
    join_ends(tunnel);
  }
};

/// Terminates TLS: forwards what it receives as plain bytes to `target`, a port of this machine.
class TlsEnd final : public Forwarder {
 public:
  TlsEnd(const runtime::Executor& executor, boost::asio::ssl::context& context, std::uint16_t target)
      : Forwarder(executor), context_(context), target_(target) {}

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

  runtime::Task<> serve(boost::asio::ip::tcp::socket client) override {
    const auto tunnel = std::make_shared<Tunnel<Stream>>(std::move(client), context_);
    boost::system::error_code refused;  // A client that does not trust us closes the connection.
    co_await tunnel->client.async_handshake(boost::asio::ssl::stream_base::server,
                                            boost::asio::redirect_error(boost::asio::use_awaitable, refused));
    if (!refused) {
      co_await tunnel->connect(target_);
      join_ends(tunnel);
    }
  }

  boost::asio::ssl::context& context_;
  std::uint16_t target_;
};

}  // namespace ekiden::http::test
