/// Peer: a scripted server, for behaviour that a proper server never shows.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "loopback.hpp"

namespace ekiden::http::test {

using runtime::Task;

/// Reads to the end of one request's head, or to the end of the connection (then without the empty line).
inline Task<std::string> read_head(tcp::socket& socket) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    boost::system::error_code error;
    co_await socket.async_read_some(boost::asio::buffer(&byte, 1),
                                    boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) {
      break;
    }
    head += byte;
  }
  co_return head;
}

/// Reads to the end of the connection.
inline Task<> read_to_end(tcp::socket& socket) {
  boost::system::error_code error;
  std::string bytes(1 << 20, ' ');
  while (!error) {
    co_await socket.async_read_some(boost::asio::buffer(bytes),
                                    boost::asio::redirect_error(boost::asio::use_awaitable, error));
  }
}

inline Task<> write_text(tcp::socket& socket, std::string text) {
  co_await boost::asio::async_write(socket, boost::asio::buffer(text), boost::asio::use_awaitable);
}

/// The script of one connection: read a request, send an answer, for each answer; then close. An empty answer closes at
/// once.
class Peer {
 public:
  using Answers = std::vector<std::string>;

  explicit Peer(Loopback& loopback) : acceptor_(loopback.context, {boost::asio::ip::address_v4::loopback(), 0}) {}

  std::string origin(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  HttpRequest get() const { return HttpRequest{"GET", origin() + "/", {}, ""}; }
  /// The next connection.
  Task<tcp::socket> accept() {
    tcp::socket socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
    ++connections;
    co_return socket;
  }
  /// Serves connections one after the other: accepts the next one when the previous one was closed.
  Task<> serve(std::vector<Answers> connections_to_come) {
    for (const Answers& answers : connections_to_come) {
      tcp::socket socket = co_await accept();
      for (const std::string& answer : answers) {
        const std::string head = co_await read_head(socket);
        heads.push_back(head);
        if (answer.empty() || !head.ends_with("\r\n\r\n")) {
          break;
        }
        co_await write_text(socket, answer);
      }
    }
  }

  int connections = 0;
  std::vector<std::string> heads;  ///< What each request looked like; without its empty line if the client closed.

 private:
  tcp::acceptor acceptor_;
};

}  // namespace ekiden::http::test
