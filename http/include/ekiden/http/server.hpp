/// Server: HTTP/1.1 for the local services and the operator's pages.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace ekiden::http {

struct ServerOptions {
  /// "ADDRESS:PORT": an IPv4 address, an IPv6 one in brackets, or localhost. Port 0 takes a free one.
  std::string listen = "127.0.0.1:0";
  /// A larger body is answered with 413. (A BatchWriteItem request is at most 16 MB.)
  std::size_t body_max = std::size_t{18} << 20;
  /// Request line and header fields together, at most 64 KiB; more is answered with 431.
  std::size_t header_max = std::size_t{16} << 10;
  /// Further connections wait in the kernel's queue until one ends.
  std::size_t connections_max = 2048;
  /// A request must be complete within this after its first byte (else 408), an answer be taken by the client.
  runtime::Duration request_timeout = std::chrono::seconds(30);
  /// A kept-alive connection without a request is closed after this.
  runtime::Duration idle_timeout = std::chrono::seconds(75);
};

/// The address cannot be listened on: what() is one line with the address and the reason.
class ListenError : public std::runtime_error {
 public:
  ListenError(std::string address, std::string reason, bool in_use);
  const std::string& address() const { return address_; }
  const std::string& reason() const { return reason_; }
  /// Another socket has the port: a free one may be tried instead.
  bool in_use() const { return in_use_; }

 private:
  std::string address_;
  std::string reason_;
  bool in_use_;
};

/// Serves one address: keep-alive, pipelining (answers in order), chunked bodies, HEAD, Expect: 100-continue.
///
/// A client that closes its connection, or its sending half, while the handler runs cancels the handler (terminal).
/// The server adds Date, Content-Length and, at the end of a connection, Connection: close.
class Server {
 public:
  /// Listens at once, so that port() is known and clients may connect; they are served from run() on.
  /// Throws ListenError.
  Server(runtime::Executor executor, runtime::Clock& clock, ServerOptions options, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "http://ADDRESS:PORT", as a client writes it.
  std::string url() const;

  /// Accepts and serves until request_stop(); returns when every connection has ended. To be called once. Cancelled,
  /// it closes everything at once and throws operation_aborted after the last handler ended. The server must outlive
  /// it.
  Task<> run();

  /// No new connections and no further requests; running handlers may finish within `grace`, then are cancelled.
  void request_stop(runtime::Duration grace) noexcept;

  std::size_t connections() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::http
