/// ListenAddress: ADDRESS:PORT, as --listen and --ops take it.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::http {

struct ListenAddress {
  std::string host;  ///< As it was written: "localhost", "127.0.0.1", "[::1]".
  boost::asio::ip::address ip;
  std::uint16_t port = 0;  ///< 0: a free one.

  /// "localhost", an IPv4 address, or an IPv6 address in brackets, then a port from 0 to 65535. Nothing else: a name is
  /// not looked up.
  static std::optional<ListenAddress> parse(std::string_view text);

  /// The same place with another port, as it would be written.
  std::string with_port(int other) const { return host + ":" + std::to_string(other); }
};

}  // namespace ekiden::http
