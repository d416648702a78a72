#include "curl_transfer.hpp"

#include <cstring>
#include <new>
#include <string_view>

namespace ekiden::http {
namespace {

// All header lines of one answer together; AWS's stay below 4 KiB.
constexpr std::size_t kHeaderMax = std::size_t{256} << 10;
// Kept for the next request; a larger buffer is given back.
constexpr std::size_t kBodyKeptMax = std::size_t{64} << 10;

bool is_name(std::string_view field, std::string_view lower_case) {
  if (field.size() != lower_case.size()) {
    return false;
  }
  for (std::size_t i = 0; i < field.size(); ++i) {
    if ((field[i] | 0x20) != lower_case[i]) {
      return false;
    }
  }
  return true;
}

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string host_and_port(const std::string& text) {
  const std::optional<Url> url = Url::parse(text);
  if (!url) {
    return "the server";
  }
  const std::string port = !url->port.empty() ? url->port : url->scheme == "https" ? "443" : "80";
  return (url->host.find(':') == std::string::npos ? url->host : "[" + url->host + "]") + ":" + port;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

CurlTransfer::CurlTransfer(const CurlOptions& options, const SocketHooks& hooks)
    : options_(options), easy_(curl_easy_init()) {
  if (!easy_) {
    throw std::bad_alloc();
  }
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_OPENSOCKETFUNCTION, hooks.open);
  set(CURLOPT_OPENSOCKETDATA, hooks.owner);
  set(CURLOPT_CLOSESOCKETFUNCTION, hooks.close);
  set(CURLOPT_CLOSESOCKETDATA, hooks.owner);
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_NOSIGNAL, 1L);  // Signals are the process's; name look-ups time out in their own thread.
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PATH_AS_IS, 1L);  // A signed path must arrive as signed.
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(duration_cast<milliseconds>(options.connect_timeout).count()));
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
  }
}

template <typename Value>
void CurlTransfer::set(CURLoption option, Value value) {
  if (curl_easy_setopt(easy_.get(), option, value) == CURLE_OUT_OF_MEMORY) {
    throw std::bad_alloc();
  }
}

void CurlTransfer::prepare(HttpRequest request) {
  request_ = std::move(request);
  response_ = {};
  header_bytes_ = 0;
  too_large_ = false;
  error_text_[0] = '\0';
  result = CURLE_OK;
  ++use;
  if (url_set_ != request_.url) {
    const std::optional<Url> url = Url::parse(request_.url);
    if (!url) {
      throw TransportError(TransportError::Kind::kProtocol,
                           "not an http:// or https:// URL without credentials: check the endpoint");
    }
    url_set_.clear();
    set(CURLOPT_URL, request_.url.c_str());
    if (is_loopback(url->host) != is_direct_) {
      is_direct_ = !is_direct_;
      set(CURLOPT_PROXY, is_direct_ ? "" : static_cast<const char*>(nullptr));
    }
    host_ = url->scheme + "://" + url->authority();
    url_set_ = request_.url;
  }
  set_method();
  set_headers();
}

void CurlTransfer::set_method() {
  const std::string& method = request_.method;
  const bool has_body = method == "POST" || !request_.body.empty();
  if (has_body) {
    set(CURLOPT_POSTFIELDS, request_.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  const std::string key = (has_body ? "+" : "-") + method;  // What the handle has to be told; mostly as before.
  if (key == method_set_) {
    return;
  }
  method_set_ = key;
  set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  if (has_body) {
    set(CURLOPT_POST, 1L);
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  if (method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (method != (has_body ? "POST" : "GET")) {
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void CurlTransfer::set_headers() {
  // Lines are rewritten in place and linked by hand: curl's own list takes two allocations a header.
  std::size_t count = 0;
  const auto line = [this, &count]() -> std::string& {
    if (count == header_lines_.size()) {
      header_lines_.emplace_back();
    }
    std::string& text = header_lines_[count++];
    text.clear();
    return text;
  };
  bool has_type = false;
  bool has_accept = false;
  for (const auto& [name, value] : request_.headers) {
    if (is_name(name, "content-length")) {
      continue;
    }
    has_type = has_type || is_name(name, "content-type");
    has_accept = has_accept || is_name(name, "accept");
    std::string& text = line();
    text.append(name);
    if (value.empty()) {
      text.append(";");  // curl's way to write a field without value.
    } else {
      text.append(": ").append(value);
    }
  }
  line() = "Expect:";  // Takes back what curl would add by itself.
  if (!has_type) {
    line() = "Content-Type:";
  }
  if (!has_accept) {
    line() = "Accept:";
  }
  header_nodes_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    header_nodes_[i] = curl_slist{header_lines_[i].data(), i + 1 < count ? &header_nodes_[i + 1] : nullptr};
  }
  set(CURLOPT_HTTPHEADER, header_nodes_.data());
}

std::size_t CurlTransfer::on_header(char* text, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::string_view line(text, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kHeaderMax) {
    transfer.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {
    transfer.response_.headers = {};  // The first line; what came before was "100 Continue".
    return line.size();
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.response_.headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return line.size();
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::size_t length = size * count;
  std::string& body = transfer.response_.body;
  if (length > transfer.options_.response_max - body.size()) {
    transfer.too_large_ = true;
    return 0;
  }
  body.append(bytes, length);
  return length;
}

HttpResponse CurlTransfer::finish() {
  if (result != CURLE_OK) {
    throw failure();
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

void CurlTransfer::clear() {
  waiter.reset();
  request_.headers = {};
  request_.url.clear();
  request_.body.clear();
  if (request_.body.capacity() > kBodyKeptMax) {
    request_.body.shrink_to_fit();
  }
  response_ = {};
}

TransportError CurlTransfer::failure() const {
  using Kind = TransportError::Kind;
  const std::string peer = host_and_port(url_set_);
  const std::string detail = error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(result);
  long os_error = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_error);
  if (too_large_) {
    return {Kind::kProtocol, peer + " sent an answer larger than " + std::to_string(options_.response_max) + " bytes"};
  }
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {Kind::kConnect,
              "cannot connect to " + peer + ": no such host; check the endpoint and the name server (" + detail + ")"};
    case CURLE_COULDNT_CONNECT:
      return {Kind::kConnect, "cannot connect to " + peer + ": " +
                                  (os_error != 0 ? std::strerror(static_cast<int>(os_error)) : detail.c_str()) +
                                  "; check that it runs and is reachable from here"};
    case CURLE_OPERATION_TIMEDOUT:
      return {Kind::kConnect, "cannot connect to " + peer + ": no connection within " +
                                  std::to_string(std::chrono::duration<double>(options_.connect_timeout).count()) +
                                  " s; check that it is reachable from here"};
    case CURLE_SSL_CONNECT_ERROR:
      return {Kind::kConnect, "cannot connect to " + peer + " by TLS: " + detail};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return {Kind::kTls,
              "cannot trust " + peer + ": " + detail + "; check the trusted certificates and this machine's clock"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return {Kind::kReset, peer + " closed the connection before its answer was complete (" + detail + ")"};
    default:
      return {Kind::kProtocol, peer + " does not answer in HTTP/1.1: " + detail};
  }
}

}  // namespace ekiden::http
