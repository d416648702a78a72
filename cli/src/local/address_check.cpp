#include "address_check.hpp"

#include <ekiden/http/listen_address.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kAnswerTimeout = std::chrono::seconds(1);
constexpr int kPortsTried = 50;

using boost::asio::ip::tcp;

using http::ListenAddress;

/// Parses a text that app::check_address has accepted.
ListenAddress address_of(std::string_view text) { return ListenAddress::parse(text).value(); }

/// The error that a server would get when it listens there; no error if it can listen.
boost::system::error_code try_to_bind(const tcp::endpoint& endpoint) {
  boost::asio::io_context loop;
  boost::system::error_code error;
  tcp::acceptor acceptor(loop);
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    acceptor.set_option(boost::asio::socket_base::reuse_address(true), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  return error;
}

/// The first free port above this one. Returns 0, which takes any free port, if the next ports are all taken.
int free_port_above(const ListenAddress& address) {
  for (int candidate = address.port + 1; candidate <= address.port + kPortsTried && candidate <= 65535; ++candidate) {
    if (!try_to_bind({address.ip, static_cast<std::uint16_t>(candidate)})) {
      return candidate;
    }
  }
  return 0;
}

/// Says why no server can listen there, and what to do.
std::string unusable(const ListenAddress& address, const boost::system::error_code& error, const std::string& flag) {
  const std::string start = "cannot listen on " + address.with_port(address.port) + ": ";
  if (error == boost::asio::error::access_denied) {
    return start + "a port below 1024 needs privileges; use " + flag + " " + address.with_port(0) + " for a free port";
  }
  const std::string own = flag + " 127.0.0.1:" + std::to_string(address.port) +
                          ", or 0.0.0.0:" + std::to_string(address.port) + " for all addresses";
  if (error == boost::system::errc::address_not_available) {
    return start + address.host + " is not an address of this machine; use " + own;
  }
  return start + error.message() + "; use " + own;
}

std::string name_of(const http::HttpResponse& response) {
  if (response.body.starts_with("healthy: ")) {  // local/src/front/plain_answers.cpp
    return "another ekiden local server";
  }
  if (const auto server = response.headers.find("server"); server && !server->empty()) {
    return "an HTTP server that calls itself " + std::string(*server);
  }
  return "an HTTP server";
}

}  // namespace

Task<> require_free(runtime::Clock& clock, http::Transport& transport, std::string text, std::string flag) {
  const ListenAddress address = address_of(text);
  const boost::system::error_code error = try_to_bind({address.ip, address.port});
  if (!error) {
    co_return;
  }
  if (error != boost::asio::error::address_in_use) {
    throw app::UsageError(unusable(address, error, flag));
  }
  http::HttpRequest request;
  request.method = "GET";
  request.url = "http://" + text + "/";
  std::string who;
  try {
    Task<http::HttpResponse> sending = transport.send(std::move(request));
    const std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline(clock, kAnswerTimeout, std::move(sending));
    who = response ? name_of(*response) + " answers there" : "a program accepts connections there but does not answer";
  } catch (const http::TransportError& failure) {
    who = failure.kind() == http::TransportError::Kind::kConnect ? "a program uses it, but accepts no connections"
                                                                 : "a program that does not speak HTTP answers there";
  }
  throw app::UsageError(text + " is in use: " + who + "; stop that program, or use " + flag + " " +
                        address.with_port(free_port_above(address)));
}

std::string exposure_note(const std::string& text) {
  const ListenAddress address = address_of(text);
  if (address.is_loopback()) {
    return "";
  }
  return "warning: the server listens on " + (address.ip.is_unspecified() ? "all addresses" : address.host) +
         ", so everyone on the network can read, change and delete the data; to prevent this, use --listen 127.0.0.1:" +
         std::to_string(address.port);
}

}  // namespace ekiden::cli
