/// Transport: the interface to the network for clients.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/task.hpp>

#include <stdexcept>
#include <string>

namespace ekiden::http {

/// There is no answer: connection refused, reset, timed out, unknown host, or a certificate that is not trusted.
/// The peer did not see the request if kind is kConnect or kTls; otherwise it might have.
class TransportError : public std::runtime_error {
 public:
  enum class Kind {
    kConnect,  ///< No connection was made; the request was not sent.
    kTls,      ///< The peer's certificate is not trusted; the request was not sent. Do not retry.
    kReset,    ///< The connection ended before the answer did.
    kProtocol  ///< The request is invalid, the peer does not speak HTTP, or the answer exceeds a limit.
  };
  TransportError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// Sends requests: CurlTransport in production, the simulated network in tests.
///
/// send() returns any complete HTTP answer, whatever its status, or throws TransportError. It has no deadline: the
/// caller cancels (terminal) the task, which abandons the request; send() then throws operation_aborted.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Task<HttpResponse> send(HttpRequest request) = 0;
};

}  // namespace ekiden::http
