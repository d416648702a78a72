/// Server: an HTTP/1.1 server, for the local services and the operator's pages.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/events.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace ekiden::http {

struct ServerOptions {
  /// "ADDRESS:PORT": an IPv4 address, an IPv6 address in brackets, or localhost. Port 0 takes any free port.
  std::string listen = "127.0.0.1:0";
  /// A larger body is answered with 413. (A BatchWriteItem request is at most 16 MB.)
  std::size_t body_max = std::size_t{18} << 20;
  /// Maximum size of request line and header fields together; at most 64 KiB. A larger header is answered with 431.
  std::size_t header_max = std::size_t{16} << 10;
  /// At this number, a new client makes the server close the connection that has been idle for longest, or else one
  /// that has been slow for longest: slower than 16 KiB/s, for more than 1 s. A request that is being handled is never
  /// cut: if there is nothing to close, the client waits in the kernel's queue. Lowered when the server starts, so that
  /// 64 of the descriptors of the process (RLIMIT_NOFILE) are left for other uses.
  std::size_t connections_max = 2048;
  /// Time from the first byte of a request to its last (else 408), and time for the client to read an answer. Each
  /// 16 KiB that arrive or are read give 1 s more, so that only a client without progress is cut.
  runtime::Duration request_timeout = std::chrono::seconds(30);
  /// A connection without a request is closed after this.
  runtime::Duration idle_timeout = std::chrono::seconds(75);
  /// Where kAcceptFailed is published (http/events.hpp); null: nowhere. Must outlive the server.
  runtime::Events* events = nullptr;
};

/// The server cannot listen on the address. what() is one line with the address and the reason.
class ListenError : public std::runtime_error {
 public:
  ListenError(std::string address, std::string reason, bool in_use);
  const std::string& address() const { return address_; }
  const std::string& reason() const { return reason_; }
  /// True if another socket uses the port; a free port can be tried instead.
  bool in_use() const { return in_use_; }

 private:
  std::string address_;
  std::string reason_;
  bool in_use_;
};

/// Serves one address: keep-alive, pipelining (answers in order), chunked bodies, HEAD, Expect: 100-continue.
///
/// If the process has no descriptors left, the connection that has been idle for longest is closed for a new one.
/// If a client closes its connection, or only its sending half, the running handler is cancelled (terminal).
/// The server adds Date, Content-Length and, in the last answer of a connection, Connection: close.
class Server {
 public:
  /// Starts to listen, so that port() is known and clients can connect. run() serves them. Throws ListenError.
  Server(runtime::Executor executor, runtime::Clock& clock, ServerOptions options, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// "ADDRESS:PORT"
  std::string address() const;
  /// "http://ADDRESS:PORT", for clients.
  std::string url() const;

  /// Accepts and serves connections until request_stop(); returns when every connection has ended. Call it once. When
  /// cancelled, it closes all connections at once, and throws operation_aborted after the last handler has ended. The
  /// server must outlive the task.
  Task<> run();

  /// Stops accepting connections and requests. Running handlers have `grace` to finish; then they are cancelled.
  void request_stop(runtime::Duration grace) noexcept;

  std::size_t connections() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::http
