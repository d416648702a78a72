/// ListenAddress: ADDRESS:PORT, the format of --listen and --ops.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::http {

struct ListenAddress {
  std::string host;  ///< As written by the user: "localhost", "127.0.0.1", "[::1]".
  boost::asio::ip::address ip;
  std::uint16_t port = 0;  ///< 0: any free port.

  /// Accepts "localhost", an IPv4 address, or an IPv6 address in brackets, followed by ":" and a port from 0 to 65535.
  /// Returns nothing for other texts: names are not looked up.
  static std::optional<ListenAddress> parse(std::string_view text);

  /// True if only this machine can connect: also for ::ffff:127.0.0.1.
  bool is_loopback() const;
  /// The same address with another port, as text.
  std::string with_port(int other) const { return host + ":" + std::to_string(other); }
};

}  // namespace ekiden::http
