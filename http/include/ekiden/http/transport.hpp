/// Transport: the interface to the network for clients.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/task.hpp>

#include <stdexcept>
#include <string>

namespace ekiden::http {

/// There is no answer: connection refused, reset, timed out or silent, unknown host, or a certificate that is not
/// trusted.
class TransportError : public std::runtime_error {
 public:
  enum class Kind {
    kConnect,  ///< No connection was made; the request was not sent.
    kTls,      ///< The peer's certificate is not trusted; the request was not sent. Do not retry.
    kReset,    ///< The connection ended before the answer did.
    kSilent,   ///< The request's patience ended: nothing moved for so long, or too little (http::Patience).
    kProtocol  ///< The request is invalid, the peer does not speak HTTP, or the answer exceeds a limit.
  };
  /// The peer might have seen the request unless its kind is kConnect or kTls.
  TransportError(Kind kind, const std::string& what)
      : TransportError(kind, what, kind != Kind::kConnect && kind != Kind::kTls) {}
  TransportError(Kind kind, const std::string& what, bool maybe_seen)
      : std::runtime_error(what), kind_(kind), maybe_seen_(maybe_seen) {}
  Kind kind() const { return kind_; }
  /// True if the whole request was handed to the network: the peer can have acted on it, and even answered it. False if
  /// the peer certainly did not get it.
  bool maybe_seen() const { return maybe_seen_; }

 private:
  Kind kind_;
  bool maybe_seen_;
};

/// Sends requests: CurlTransport in production, the simulated network in tests.
///
/// send() returns any complete HTTP answer, whatever its status, or throws TransportError. It has no deadline: it waits
/// as the request's patience says. The caller can cancel (terminal) the task, which abandons the request; send() then
/// throws operation_aborted.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Task<HttpResponse> send(HttpRequest request) = 0;
};

}  // namespace ekiden::http
