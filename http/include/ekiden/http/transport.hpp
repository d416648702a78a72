/// Transport: the one seam to the network.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/task.hpp>

#include <stdexcept>
#include <string>

namespace ekiden::http {

/// No answer came: refused, reset, timed out, no such host, a certificate not trusted.
/// Whether the peer saw the request is unknown unless kind is kConnect or kTls.
class TransportError : public std::runtime_error {
 public:
  enum class Kind {
    kConnect,  ///< No connection was made; the request was not sent.
    kTls,      ///< The peer could not be trusted; the request was not sent. Not worth a retry.
    kReset,    ///< The connection ended before the answer did.
    kProtocol  ///< The peer does not speak HTTP, or the answer exceeds a limit.
  };
  TransportError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// Sends requests. Curl in production, the simulated network in tests: there is no other double.
///
/// send() yields any complete HTTP answer, whatever its status, or throws TransportError. Deadlines are the
/// caller's, by cancellation (terminal): the request is then abandoned and send() throws operation_aborted.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Task<HttpResponse> send(HttpRequest request) = 0;
};

}  // namespace ekiden::http
