#include "transport_failure.hpp"

#include <cstring>

namespace ekiden::http {

using Kind = TransportError::Kind;

std::string peer_name(const Url& url) {
  const std::string port = !url.port.empty() ? url.port : url.scheme == "https" ? "443" : "80";
  return (url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]") + ":" + port;
}

TransportError connect_failure(const std::string& peer, CURL* easy, CURLcode result, const std::string& detail,
                               const CurlOptions& options) {
  const std::string start = "cannot connect to " + peer;
  long os_error = 0;
  if (result == CURLE_COULDNT_CONNECT) {  // Else it is left from something else.
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
  }
  switch (result) {
    case CURLE_URL_MALFORMAT:
      return malformed_failure(peer, detail);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::kConnect, start + ": no such host; check the endpoint and the name server (" + detail + ")"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Kind::kConnect, start + ": no connection within " +
                                  std::to_string(std::chrono::duration<double>(options.connect_timeout).count()) +
                                  " s; check that it is reachable from here"};
    case CURLE_SSL_CONNECT_ERROR:
      return {Kind::kConnect, start + " by TLS: " + detail};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return {Kind::kTls,
              "cannot trust " + peer + ": " + detail + "; check the trusted certificates and this machine's clock"};
    default:
      return {Kind::kConnect, start + ": " + (os_error != 0 ? std::strerror(static_cast<int>(os_error)) : detail) +
                                  "; check that it runs and is reachable from here"};
  }
}

TransportError reset_failure(const std::string& peer, const std::string& detail) {
  return {Kind::kReset, peer + " closed the connection before its answer was complete (" + detail + ")"};
}

TransportError malformed_failure(const std::string& peer, const std::string& detail) {
  return {Kind::kProtocol, peer + " does not answer in HTTP/1.1: " + detail};
}

TransportError too_large_failure(const std::string& peer, const CurlOptions& options) {
  return {Kind::kProtocol, peer + " sent an answer larger than " + std::to_string(options.response_max) + " bytes"};
}

}  // namespace ekiden::http
