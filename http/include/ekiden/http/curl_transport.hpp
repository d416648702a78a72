/// CurlTransport: the production Transport. Connections are libcurl's, HTTP is our own; it runs on the event loop.
#pragma once

#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace ekiden::http {

struct CurlOptions {
  /// Time for a new connection: name lookup, TCP, a proxy's tunnel and TLS. A request's Patience can have another one.
  /// The C library asks a second DNS server only after 5 s (resolv.conf(5)), so the default is longer.
  runtime::Duration connect_timeout = std::chrono::seconds(10);
  /// A larger body fails with TransportError::Kind::kProtocol. (A Query or BatchGetItem answer is at most 16 MB.)
  std::size_t response_max = std::size_t{32} << 20;
  /// Limits for each lane: connections to one host, and to all hosts. Requests beyond a limit wait for a free
  /// connection, in order. There is no limit for all lanes together, so that long polls in one lane do not delay the
  /// other lanes.
  unsigned connections_per_host_max = 64;
  unsigned connections_max = 256;
  /// A PEM file of trusted authorities; empty: the system's. If the file is unusable, each request to an https URL
  /// fails and says why.
  std::string ca_file;
};

/// HTTP/1.1 over kept-alive connections, http and https. Does not follow redirects and sends no Expect header.
///
/// Proxies: uses https_proxy or http_proxy by the URL's scheme, or else all_proxy; upper-case names work, too. Requests
/// to http URLs also go through a tunnel. Hosts in no_proxy, loopback hosts and link-local hosts (such as the metadata
/// services) are always reached directly.
///
/// An idle connection is kept for two minutes, for requests of any lane. If the peer closes a kept connection before
/// the first byte of an answer, the request is sent once more on a new connection. So a request can arrive twice,
/// unless it is marked (HttpRequest::once).
///
/// After a failure (silence, a reset, no connection), what is remembered about a host is suspect. The idle connections
/// to that host, and those through the same proxy, are closed. For a minute, new connections look up names again. TLS
/// sessions are forgotten.
///
/// Without free file descriptors, only the request that needs one fails, with a text that says what is exhausted.
///
/// Lifetime: destroy it before its event loop. Requests in flight then end with operation_aborted.
class CurlTransport final : public Transport {
 public:
  /// The kernel closes a connection about this long after its peer stopped to acknowledge anything, whether bytes are
  /// on the way or an answer is awaited (tcp(7): TCP_USER_TIMEOUT, keepalive).
  static constexpr std::chrono::seconds kDeadAfter{20};

  CurlTransport(runtime::Executor executor, runtime::Clock& clock, CurlOptions options = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  /// Throws TransportError; its text names the host, the port and the reason.
  Task<HttpResponse> send(HttpRequest request) override;

  /// Requests that are being sent or answered.
  std::size_t in_flight() const;

  /// Counts since the start. If there are nearly as many connections as requests, connections are not being reused.
  struct Stats {
    std::uint64_t connections_opened = 0;
    std::uint64_t requests_sent = 0;  ///< Including unfinished requests; a repeated request counts twice.
  };
  Stats stats() const;

 private:
  class Pool;
  std::shared_ptr<Pool> pool_;
};

}  // namespace ekiden::http
