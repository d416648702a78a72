#include "link.hpp"

#include <openssl/ssl.h>

#include <new>
#include <utility>

#include "connector.hpp"
#include "proxy.hpp"

namespace ekiden::http {
Link::Link(std::shared_ptr<Connector> connector, const CurlOptions& options, std::string origin, const Url& url)
    : connector_(std::move(connector)), origin_(std::move(origin)), easy_(curl_easy_init()) {
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
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(duration_cast<milliseconds>(options.connect_timeout).count()));
  set(CURLOPT_HTTPPROXYTUNNEL, 1L);  // Also behind a proxy, we speak to the origin itself.
  if (is_always_direct(url.host)) {
    set(CURLOPT_PROXY, "");
  } else if (const std::string proxy = upper_case_http_proxy(url); !proxy.empty()) {
    set(CURLOPT_PROXY, proxy.c_str());  // NO_PROXY is still respected.
  }
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
  }
  connector_->prepare(easy_.get());
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
