#include "proxy.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

namespace ekiden::http {
namespace {

namespace ip = boost::asio::ip;

// Empty counts as unset, as in curl and the AWS SDKs.
std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

std::string first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (!variable(name).empty()) {
      return name;
    }
  }
  return {};
}

bool is_link_local(const ip::address_v4& address) { return (address.to_uint() >> 16) == 0xA9FE; }  // 169.254.0.0/16

bool is_direct_address(const ip::address& address) {
  if (address.is_loopback()) {
    return true;
  }
  if (address.is_v4()) {
    return is_link_local(address.to_v4());
  }
  const ip::address_v6 six = address.to_v6();
  if (six.is_v4_mapped()) {
    return is_direct_address(ip::make_address_v4(ip::v4_mapped, six));
  }
  const ip::address_v6::bytes_type bytes = six.to_bytes();
  const bool is_amazons_own = bytes[0] == 0xFD && bytes[1] == 0x00 && bytes[2] == 0x0E && bytes[3] == 0xC2;
  return six.is_link_local() || is_amazons_own;  // fd00:ec2::/32
}

}  // namespace

bool is_always_direct(std::string_view host) {
  boost::system::error_code is_name;
  const ip::address address = ip::make_address(std::string(host), is_name);
  if (!is_name) {
    return is_direct_address(address);
  }
  constexpr std::string_view kLocalhost = "localhost";
  const std::size_t size = std::min(host.size(), kLocalhost.size());
  const std::string_view end = host.substr(host.size() - size);
  const bool matches = std::equal(end.begin(), end.end(), kLocalhost.begin(), kLocalhost.end(),
                                  [](char a, char b) { return (a | 0x20) == b; });
  // Subdomains of localhost are this machine, too (RFC 6761, section 6.3).
  return matches && (host.size() == size || host[host.size() - size - 1] == '.');
}

std::string proxy_variable(const Url& url) {
  if (is_always_direct(url.host)) {
    return {};
  }
  if (url.scheme == "https") {
    return first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  }
  std::string name = first_set({"http_proxy"});
  if (!name.empty()) {
    return name;
  }
  return !upper_case_http_proxy(url).empty() ? "HTTP_PROXY" : first_set({"all_proxy", "ALL_PROXY"});
}

std::string proxy_of(const Url& url) {
  const std::string name = proxy_variable(url);
  return name.empty() ? name : variable(name.c_str());
}

std::string upper_case_http_proxy(const Url& url) {
  const bool counts =
      url.scheme == "http" && variable("http_proxy").empty() && std::getenv("REQUEST_METHOD") == nullptr;
  return counts ? variable("HTTP_PROXY") : std::string();
}

}  // namespace ekiden::http
