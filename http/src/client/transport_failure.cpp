#include "transport_failure.hpp"

#include <ekiden/base/quantity.hpp>

#include <openssl/x509_vfy.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "connection/proxy.hpp"

namespace ekiden::http {

using Kind = TransportError::Kind;

std::string peer_name(const Url& url) {
  const std::string port = !url.port.empty() ? url.port : url.scheme == "https" ? "443" : "80";
  return (url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]") + ":" + port;
}

namespace {

// The operating system's error text, which is more precise than curl's.
std::optional<std::string> system_error(CURL* easy, CURLcode result) {
  long os_error = 0;
  if (result == CURLE_COULDNT_CONNECT) {  // Otherwise curl's errno belongs to an earlier operation.
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
  }
  return os_error == 0 ? std::nullopt : std::optional<std::string>(std::strerror(static_cast<int>(os_error)));
}

std::string proxy_advice(const Url& url) {
  const std::string variable = proxy_variable(url);
  return variable.empty() ? "" : " (" + variable + " sets a proxy: check it, too, or add the host to NO_PROXY)";
}

std::string bad_ca_file(const std::string& file) {
  if (file.empty()) {
    return "this machine has no trusted certificates; install ca-certificates, or set AWS_CA_BUNDLE to a PEM file of "
           "trusted certificates";
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "re"), &std::fclose);
  const bool is_readable = stream && (std::fgetc(stream.get()) != EOF || std::ferror(stream.get()) == 0);
  const std::string why =
      is_readable ? " contains no certificate in PEM format" : std::string(" cannot be read: ") + std::strerror(errno);
  return "the file of trusted certificates " + file + why + "; correct or unset AWS_CA_BUNDLE or ca_bundle";
}

std::string distrust(const Url& url, CURL* easy, const std::string& detail, const CurlOptions& options) {
  long verified = X509_V_OK;
  curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
  switch (verified) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired; renew it, or correct this machine's clock";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet; correct this machine's clock";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is signed by an authority that " +
             (options.ca_file.empty() ? "this machine does not trust" : options.ca_file + " does not contain") + " (" +
             X509_verify_cert_error_string(verified) +
             "); if a proxy or the server has its own authority, set AWS_CA_BUNDLE to a PEM file of it";
    default:
      break;
  }
  if (detail.find("subject name") != std::string::npos) {  // curl has no code for it; its TLS backends use these words.
    return "its certificate is not for " + url.host + "; check the host name, and which server answers there";
  }
  return detail + "; check the trusted certificates and this machine's clock";
}

// Files, sockets and pipes of a name lookup and of a TLS handshake, at least.
constexpr std::size_t kDescriptorsOfAConnection = 8;

// The error of the system if a connection could not open the descriptors that it needs; otherwise 0. Name lookups and
// OpenSSL do not say why they could not open a file.
int missing_descriptors() {
  std::array<int, kDescriptorsOfAConnection> taken{};
  taken.fill(-1);
  int error = 0;
  for (int& fd : taken) {
    fd = ::eventfd(0, EFD_CLOEXEC);
    if (fd < 0) {
      error = errno;
      break;
    }
  }
  for (const int fd : taken) {
    if (fd >= 0) {
      ::close(fd);
    }
  }
  return error == EMFILE || error == ENFILE ? error : 0;
}

std::string describe_exhaustion(int error) {
  if (error == EMFILE) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return "this process has no free file descriptors (its limit is " + std::to_string(limit.rlim_cur) +
           "); raise the limit (ulimit -n)";
  }
  if (error == ENFILE) {
    return "this machine has no free file descriptors; raise fs.file-max (sysctl), or end other programs";
  }
  return std::string("the system cannot open a connection: ") + std::strerror(error) +
         "; raise this machine's limits, or end other programs";
}

// 0 if the system gave a reason that has nothing to do with descriptors.
int exhaustion_of(const ConnectFailure& failure) {
  if (failure.exhausted != 0) {
    return failure.exhausted;
  }
  const bool is_clear = failure.result == CURLE_OPERATION_TIMEDOUT || failure.result == CURLE_URL_MALFORMAT ||
                        system_error(failure.easy, failure.result).has_value();
  return is_clear ? 0 : missing_descriptors();
}

}  // namespace

TransportError connect_failure(const Url& url, const ConnectFailure& failure, const CurlOptions& options) {
  const std::string peer = peer_name(url);
  const std::string start = "cannot connect to " + peer;
  const std::string& detail = failure.detail;
  if (const int exhausted = exhaustion_of(failure); exhausted != 0) {
    return {Kind::kConnect, start + ": " + describe_exhaustion(exhausted)};
  }
  switch (failure.result) {
    case CURLE_URL_MALFORMAT:
      return {Kind::kProtocol, malformed_failure(peer, detail).what(), false};
    case CURLE_COULDNT_RESOLVE_HOST:
      if (detail.find("thread failed to start") != std::string::npos) {  // curl has no code for it.
        return {Kind::kConnect, start +
                                    ": the name lookup needs a thread and two file descriptors, and the system does "
                                    "not give them; raise the limits (ulimit -u, ulimit -n)"};
      }
      return {Kind::kConnect, start + ": no such host; check the host name and the DNS server (" + detail + ")"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::kConnect, start + ": no such proxy; check " + proxy_variable(url) + " (" + detail + ")"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Kind::kConnect, start + ": no connection within " + base::format_duration(failure.waited) +
                                  "; check that the server is reachable from here" + proxy_advice(url)};
    case CURLE_SSL_CONNECT_ERROR:
      return {Kind::kConnect, start + " over TLS: " + detail +
                                  "; check that the server speaks TLS on this port, and the trusted certificates" +
                                  proxy_advice(url)};
    case CURLE_SSL_CACERT_BADFILE:
      return {Kind::kTls, start + ": " + bad_ca_file(options.ca_file)};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return {Kind::kTls, "cannot trust " + peer + ": " + distrust(url, failure.easy, detail, options)};
    default:
      return {Kind::kConnect, start + ": " + system_error(failure.easy, failure.result).value_or(detail) +
                                  "; check that the server runs and is reachable from here" + proxy_advice(url)};
  }
}

TransportError reset_failure(const std::string& peer, const std::string& detail, bool maybe_seen) {
  return {Kind::kReset, peer + " closed the connection before its answer was complete (" + detail + ")", maybe_seen};
}

TransportError exhausted_failure(const std::string& peer, int error, bool maybe_seen) {
  return {Kind::kReset, "cannot use the connection to " + peer + ": " + describe_exhaustion(error), maybe_seen};
}

TransportError silent_failure(const Url& url, const std::string& what, bool maybe_seen) {
  return {Kind::kSilent, peer_name(url) + " " + what + "; check the network between here and it" + proxy_advice(url),
          maybe_seen};
}

TransportError malformed_failure(const std::string& peer, const std::string& detail) {
  return {Kind::kProtocol, peer + " did not send a valid HTTP/1.1 answer: " + detail};
}

TransportError too_large_failure(const std::string& peer, const CurlOptions& options) {
  return {Kind::kProtocol, peer + " sent an answer larger than " + std::to_string(options.response_max) + " bytes"};
}

}  // namespace ekiden::http
