#include <ekiden/base/parse.hpp>
#include <ekiden/http/listen_address.hpp>

#include "host_name.hpp"

namespace ekiden::http {

bool ListenAddress::is_loopback() const { return is_loopback_address(ip); }

std::optional<ListenAddress> ListenAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view host = text.substr(0, colon);
  const std::optional<std::uint16_t> port = base::parse<std::uint16_t>(text.substr(colon + 1));
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  const std::string_view inside = is_bracketed ? host.substr(1, host.size() - 2) : host;
  boost::system::error_code error;
  boost::asio::ip::address ip = boost::asio::ip::address_v4::loopback();
  if (host != "localhost") {
    ip = boost::asio::ip::make_address(std::string(inside), error);
  }
  if (!port || error || ip.is_v6() != is_bracketed) {
    return std::nullopt;
  }
  return ListenAddress{.host = std::string(host), .ip = std::move(ip), .port = *port};
}

}  // namespace ekiden::http
