/// CurlTransport: the production Transport: libcurl's connections, our HTTP, on the process's event loop.
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
  /// To a connection that is ready for a request: name look-up, TCP and TLS. The only deadline that curl keeps.
  runtime::Duration connect_timeout = std::chrono::seconds(5);
  /// A larger body fails with TransportError::Kind::kProtocol. (A Query or BatchGetItem answer is at most 16 MB.)
  std::size_t response_max = std::size_t{32} << 20;
  /// Of each lane, to one host and to all of them together. Requests beyond these wait for a free connection, in the
  /// order in which they came. There is no limit for all lanes together: the polls in one would then make the others
  /// wait.
  unsigned connections_per_host_max = 64;
  unsigned connections_max = 256;
  /// A PEM file of trusted authorities, in place of the system's; empty: the system's. What is wrong with it is told
  /// by each request to an https URL.
  std::string ca_file;
};

/// HTTP/1.1 over kept-alive connections, http and https. Does not follow redirects and sends no Expect header.
///
/// Asks a proxy (for a tunnel, also to http) where the environment names one: https_proxy or http_proxy by the scheme,
/// else all_proxy, all of them in capitals, too; not for the hosts of no_proxy, and never for this machine and for
/// what answers on its link only, as the metadata services do.
///
/// An idle connection is kept for two minutes, for requests of any lane. One that turns out closed before any byte of
/// the answer came is replaced and the request sent again, once: a request may therefore arrive twice, as it may with
/// any retry above.
///
/// Must be destroyed before its event loop. What is still being sent then ends with operation_aborted.
class CurlTransport final : public Transport {
 public:
  CurlTransport(runtime::Executor executor, runtime::Clock& clock, CurlOptions options = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  /// Throws TransportError; its text names host and port, and why.
  Task<HttpResponse> send(HttpRequest request) override;

  /// Requests that are being sent or answered.
  std::size_t in_flight() const;

  /// Since the start: far more requests than connections, or something keeps connections from being used again.
  struct Stats {
    std::uint64_t connections_opened = 0;
    std::uint64_t requests_sent = 0;  ///< Begun, that is; a repeated one counts twice.
  };
  Stats stats() const;

 private:
  class Pool;
  std::shared_ptr<Pool> pool_;
};

}  // namespace ekiden::http
