#include "link.hpp"

#include <linux/sockios.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "connector.hpp"
#include "proxy.hpp"

namespace ekiden::http {
namespace {

// The kernel asks an idle peer whether it lives after kKeepIdle, then at each kKeepInterval. It gives up at
// CurlTransport::kDeadAfter: see Connector::open_socket.
constexpr std::chrono::seconds kKeepIdle{10};
constexpr std::chrono::seconds kKeepInterval{5};

}  // namespace

Link::Link(std::shared_ptr<Connector> connector, const CurlOptions& options, std::string origin, const Url& url,
           runtime::Duration connect_timeout)
    : connector_(std::move(connector)),
      origin_(std::move(origin)),
      host_(url.host),
      proxy_(proxy_of(url)),
      connect_timeout_(connect_timeout),
      easy_(curl_easy_init()) {
  if (!easy_) {
    throw std::bad_alloc();
  }
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_URL, origin_.c_str());
  set(CURLOPT_CONNECT_ONLY, 1L);
  set(CURLOPT_BUFFERSIZE, 1024L);  // The minimum: the buffer is used only while connecting, and each handle keeps one.
  set(CURLOPT_NOSIGNAL, 1L);       // No signals. Name lookups time out in their own thread.
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // Makes TLS offer only this version.
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_TCP_KEEPIDLE, static_cast<long>(kKeepIdle.count()));
  set(CURLOPT_TCP_KEEPINTVL, static_cast<long>(kKeepInterval.count()));
  // curl takes 0 for its default of 300 s.
  const auto timeout = std::max(milliseconds(1), duration_cast<milliseconds>(connect_timeout_));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_HTTPPROXYTUNNEL, 1L);  // Also behind a proxy, we speak to the origin itself.
  if (is_always_direct(url.host)) {
    set(CURLOPT_PROXY, "");
  } else if (const std::string proxy = upper_case_http_proxy(url); !proxy.empty()) {
    set(CURLOPT_PROXY, proxy.c_str());  // NO_PROXY is still respected.
  }
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
  }
  connector_->prepare(*this);
}

Link::~Link() { connector_->remove(*this); }

template <typename Value>
void Link::set(CURLoption option, Value value) {
  if (curl_easy_setopt(easy_.get(), option, value) == CURLE_OUT_OF_MEMORY) {
    throw std::bad_alloc();
  }
}

Link::Io Link::send(std::string_view bytes, std::size_t& sent) {
  sent = 0;
  return tell(curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &sent));
}

Link::Io Link::receive(std::span<char> into, std::size_t& received) {
  received = 0;
  const Io io = tell(curl_easy_recv(easy_.get(), into.data(), into.size(), &received));
  if (io != Io::kMoved || received > 0) {
    return io;
  }
  return is_cut() ? tell(CURLE_RECV_ERROR) : Io::kEnded;
}

bool Link::shares_fate(const Link& other) const {
  return host_ == other.host_ || (!proxy_.empty() && proxy_ == other.proxy_);
}

bool Link::is_stale() {
  char byte = 0;
  const ssize_t size = ::recv(watch->fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (size < 0) {
    return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  }
  std::size_t unasked = 0;  // TLS has messages of its own.
  return size == 0 || receive({&byte, 1}, unasked) != Io::kBlocked;
}

std::uint64_t Link::unacknowledged() const {
  int bytes = 0;
  return ::ioctl(watch->fd(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

// Anyone in the network can close a TCP connection, and curl also reports that as the end of TLS. An attacker could so
// shorten an answer that ends with its connection (RFC 9112, section 9.8).
bool Link::is_cut() const {
  curl_tlssessioninfo* tls = nullptr;
  if (curl_easy_getinfo(easy_.get(), CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || tls == nullptr ||
      tls->backend != CURLSSLBACKEND_OPENSSL || tls->internals == nullptr) {
    return false;
  }
  return (SSL_get_shutdown(static_cast<const SSL*>(tls->internals)) & SSL_RECEIVED_SHUTDOWN) == 0;
}

Link::Io Link::tell(CURLcode code) {
  if (code == CURLE_OK) {
    return Io::kMoved;
  }
  if (code == CURLE_AGAIN) {
    return Io::kBlocked;
  }
  failure_ = code;
  return Io::kFailed;
}

std::string Link::detail(CURLcode code) const {
  return error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
}

}  // namespace ekiden::http
