/// HostName: a Host header, taken apart.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::http {

struct HostName {
  std::string_view name;  ///< As written. An IPv6 address has its brackets.
  std::string_view port;  ///< Empty if there is none.

  /// Returns nothing if the text is not "NAME" or "NAME:PORT" (RFC 9112, section 3.2), for example because of a user
  /// name, a path or a space. An empty text has an empty name.
  static std::optional<HostName> parse(std::string_view text);

  /// The name in lower case, without the dot that ends an absolute name.
  std::string normal() const;
};

/// True for a name that only this machine, its containers or AWS's clients use, so that no other web site can have it:
/// a loopback address, localhost, *.localhost, *.localhost.localstack.cloud, *.amazonaws.com, host.docker.internal and
/// Podman's host.containers.internal. `name` is normal().
bool is_own_name(std::string_view name);

/// True for 127.0.0.0/8 and ::1, and for ::ffff:127.0.0.0/104, which reaches the first.
bool is_loopback_address(const boost::asio::ip::address& address);

/// True for an IPv4 address, or an IPv6 address in brackets.
bool is_address(std::string_view name);

}  // namespace ekiden::http
