#include "host_name.hpp"

#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace ekiden::http {
namespace {

constexpr std::string_view kNameMarks = "-._~!$&'()*+,;=%";  // RFC 3986, section 3.2.2: reg-name.
constexpr std::string_view kAddressMarks = ":.%";            // In brackets; % starts a zone.

bool is_port(std::string_view text) { return text.empty() || base::parse<std::uint16_t>(text).has_value(); }

std::optional<boost::asio::ip::address> address_of(std::string_view name) {
  const bool is_bracketed = name.starts_with('[') && name.ends_with(']');
  boost::system::error_code error;
  auto address =
      boost::asio::ip::make_address(std::string(is_bracketed ? name.substr(1, name.size() - 2) : name), error);
  return error || address.is_v6() != is_bracketed ? std::nullopt : std::optional(std::move(address));
}

}  // namespace

std::optional<HostName> HostName::parse(std::string_view text) {
  HostName host;
  std::string_view marks = kNameMarks;
  std::string_view inside;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close == 1) {
      return std::nullopt;
    }
    host.name = text.substr(0, close + 1);
    inside = text.substr(1, close - 1);
    marks = kAddressMarks;
  } else {
    host.name = text.substr(0, text.find(':'));
    inside = host.name;
  }
  const std::string_view rest = text.substr(host.name.size());
  host.port = rest.substr(rest.empty() ? 0 : 1);
  const bool is_well_formed =
      (rest.empty() || rest.front() == ':') && is_port(host.port) && base::consists_of_alphanumerics_and(inside, marks);
  return is_well_formed ? std::optional(host) : std::nullopt;
}

std::string HostName::normal() const {
  return base::lower_case(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

bool is_own_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames = {"localhost", "localhost.localstack.cloud", "host.docker.internal",
                                                      "host.containers.internal"};
  constexpr std::array<std::string_view, 3> kEnds = {".localhost", ".localhost.localstack.cloud", ".amazonaws.com"};
  if (std::ranges::find(kNames, name) != kNames.end()) {
    return true;
  }
  const auto ends = [name](std::string_view end) { return name.size() > end.size() && name.ends_with(end); };
  if (std::ranges::any_of(kEnds, ends)) {
    return true;
  }
  const auto address = address_of(name);
  return address && is_loopback_address(*address);
}

bool is_loopback_address(const boost::asio::ip::address& address) {
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return is_mapped ? boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback()
                   : address.is_loopback();
}

bool is_address(std::string_view name) { return address_of(name).has_value(); }

}  // namespace ekiden::http
